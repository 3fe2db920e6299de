import { type SignalLine, signals } from '../contract/signals.ts';
import type { ObjectStore } from '../lake/object-store.ts';
import { sweepOrphans } from '../lake/sweep.ts';
import type { Logger } from '../program/logger.ts';
import type { Consumer } from './consumer.ts';
import type { ConsumerMetrics } from './metrics.ts';
import { longestSilenceSeconds } from './readiness.ts';

const minuteMs = 60_000;
const sweepEveryMs = 24 * 60 * minuteMs;

/** What a consumer does beside consuming. */
interface UpkeepProps {
  readonly logger: Logger;
  readonly store: ObjectStore;
  readonly consumer: Pick<Consumer, 'kafkaSilenceSeconds' | 'oldestUnacknowledgedMs'>;
  readonly metrics: Pick<ConsumerMetrics, 'work'>;
}

/** Every minute says how the work is and whether Kafka is silent, once a day sweeps the lake; until it is called. */
export function keepUp({ logger, store, consumer, metrics }: UpkeepProps): () => void {
  const minutely = setInterval(() => {
    const work: SignalLine<'consumerWork'> = {
      signal: signals.consumerWork.name,
      ...metrics.work(),
      workAgeSeconds: consumer.oldestUnacknowledgedMs / 1000,
    };
    logger.info(work, 'work');
    const seconds = Math.round(consumer.kafkaSilenceSeconds);
    if (seconds > longestSilenceSeconds) {
      logger.warn({ seconds }, 'Kafka does not answer; trying on, nothing that was read is lost');
    }
  }, minuteMs);
  const sweep = () =>
    sweepOrphans(store, { clock: Date.now }).then(
      ({ deleted, bytes }) => {
        if (deleted.length > 0) logger.info({ objects: deleted.length, bytes }, 'orphans swept');
      },
      (error: Error) => logger.warn({ reason: error.message }, 'orphans were not swept; tomorrow again'),
    );
  // Members of a group that started together take turns.
  let daily: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    void sweep();
    daily = setInterval(sweep, sweepEveryMs);
  }, Math.random() * sweepEveryMs);
  return () => {
    clearInterval(minutely);
    clearTimeout(first);
    clearInterval(daily);
  };
}
