import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { KafkaAdmin } from '../kafka/admin.ts';
import type { ObjectStore } from '../lake/object-store.ts';
import { openStore } from '../lake/open-store.ts';
import { logName } from '../lake/paths.ts';
import type { Logger } from '../program/logger.ts';
import type { ConsumerConfig } from './config.ts';
import { Consumer } from './consumer.ts';
import { LiveStatistics } from './live-statistics.ts';
import { ConsumerMetrics } from './metrics.ts';
import { timedStore } from './timed-store.ts';

/** A consumer that nothing is read for yet, and what tells about it. */
interface Assembled {
  readonly consumer: Consumer;
  readonly metrics: ConsumerMetrics;
  readonly statistics: LiveStatistics;
  readonly store: ObjectStore;
  /** Unique among all consumers of a lake, now and ever. */
  readonly instance: string;
  /** Rejects when the consumer cannot go on. */
  readonly failure: Promise<never>;
}

/** Puts a consumer together from its configuration. */
export async function assembleConsumer(
  config: ConsumerConfig,
  admin: KafkaAdmin,
  logger: Logger,
): Promise<Assembled> {
  const instance = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const jsonTopics = new Set<string>(config.jsonTopics);
  const failure = Promise.withResolvers<never>();
  const metrics = new ConsumerMetrics(() => ({
    heldBytes: consumer.heldBytes,
    openFiles: consumer.openFiles,
    oldestUnacknowledgedSeconds: consumer.oldestUnacknowledgedMs / 1000,
    kafkaSilenceSeconds: consumer.kafkaSilenceSeconds,
  }));
  const store = timedStore(openStore(config.lake, { onRetry: () => metrics.storeRetried() }), (seconds) =>
    metrics.created(seconds),
  );
  const consumer = new Consumer({
    store,
    admin,
    logName: logName(await admin.clusterId(), config.logGeneration),
    group: config.group,
    jsonTopics,
    instance,
    codec: config.codec,
    clock: Date.now,
    newRun: () => randomBytes(4).toString('hex'),
    limits: {
      commitIntervalMs: config.commitIntervalSeconds * 1000,
      bufferBytes: config.bufferMiB << 20,
      maxOpenHours: config.maxOpenHours,
    },
    metrics,
    logger,
    failed: failure.reject,
  });
  const statistics = new LiveStatistics(instance, Date.now, jsonTopics);
  return { consumer, metrics, statistics, store, instance, failure: failure.promise };
}
