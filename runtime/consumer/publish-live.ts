import type { LogReaderHandler } from '../kafka/log-reader.ts';
import { encodeLiveSnapshot, liveIntervalMs, liveSnapshotPath } from '../lake/live-snapshot.ts';
import type { ObjectStore } from '../lake/object-store.ts';
import type { Logger } from '../program/logger.ts';
import type { Consumer } from './consumer.ts';
import type { LiveStatistics } from './live-statistics.ts';

/** What is needed to keep an instance's live snapshot current. */
interface PublishLiveProps {
  readonly store: ObjectStore;
  readonly instance: string;
  readonly statistics: LiveStatistics;
  readonly consumer: Pick<Consumer, 'oldestUnacknowledgedMs'>;
  readonly logger: Logger;
}

/** A handler that lets `statistics` see each batch before `handler` gets it. */
export function observed(handler: LogReaderHandler, statistics: LiveStatistics): LogReaderHandler {
  return {
    assigned: (partitions) => handler.assigned(partitions),
    failed: (error) => handler.failed(error),
    batch(batch) {
      statistics.batchRead(batch);
      return handler.batch(batch);
    },
  };
}

/** Overwrites the instance's snapshot at intervals, until the returned function is called; that removes it. */
export function publishLive(props: PublishLiveProps): () => Promise<void> {
  const { store, instance, statistics, consumer, logger } = props;
  const path = liveSnapshotPath(instance);
  let writing: Promise<void> | undefined;
  const write = () => {
    const snapshot = encodeLiveSnapshot(statistics.snapshot(consumer.oldestUnacknowledgedMs));
    writing ??= store
      .overwrite(path, Buffer.from(snapshot))
      .catch((error: Error) => logger.warn({ reason: error.message }, 'the live snapshot was not written'))
      .finally(() => {
        writing = undefined;
      });
  };
  const timer = setInterval(write, liveIntervalMs);
  return async () => {
    clearInterval(timer);
    await writing;
    await store.delete(path).catch(() => undefined);
  };
}
