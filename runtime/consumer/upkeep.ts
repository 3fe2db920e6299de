import { type SignalLine, signals } from '../contract/signals.ts';
import type { ObjectStore } from '../lake/object-store.ts';
import { sweepOrphans } from '../lake/sweep.ts';
import type { Logger } from '../program/log.ts';

const minuteMs = 60_000;
/** Kafka answers a fetch at least twice a second; a silence longer than this is worth a line, seconds. */
export const kafkaSilenceSeconds = 30;
const sweepEveryMs = 24 * 60 * minuteMs;

/** What a consumer does beside consuming. */
export interface UpkeepProps {
  readonly log: Logger;
  readonly store: ObjectStore;
  /** State of the work, for the alerts that are built on it. */
  readonly work: () => Omit<SignalLine<'consumerWork'>, 'signal'>;
  /** Seconds since Kafka last answered. */
  readonly kafkaSilence: () => number;
}

/** Every minute says how the work is and whether Kafka is silent, once a day sweeps the lake; until it is called. */
export function keepUp({ log, store, work, kafkaSilence }: UpkeepProps): () => void {
  const minutely = setInterval(() => {
    log.info({ signal: signals.consumerWork.name, ...work() }, 'work');
    const seconds = Math.round(kafkaSilence());
    if (seconds > kafkaSilenceSeconds) {
      log.warn({ seconds }, 'Kafka does not answer; trying on, nothing that was read is lost');
    }
  }, minuteMs);
  const sweep = () =>
    sweepOrphans(store, { clock: Date.now }).then(
      ({ deleted, bytes }) => {
        if (deleted.length > 0) log.info({ objects: deleted.length, bytes }, 'orphans swept');
      },
      (error: Error) => log.warn({ reason: error.message }, 'orphans were not swept; tomorrow again'),
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
