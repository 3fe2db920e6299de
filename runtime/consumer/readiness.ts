import type { Health } from '../program/health.ts';
import type { Consumer } from './consumer.ts';

/** Kafka answers a fetch at least twice a second; a silence longer than this is worth a line, seconds. */
export const longestSilenceSeconds = 30;
/** Commit intervals that work may stay unacknowledged. */
const readyIntervals = 5;

/** What readiness is judged by. */
export interface Work {
  readonly consumer: Pick<Consumer, 'joined' | 'kafkaSilenceSeconds' | 'oldestUnacknowledgedMs'>;
  /** Topics of the contract that do not exist yet. */
  readonly missingTopics: readonly string[];
  readonly commitIntervalMs: number;
}

/** Whether the work of a consumer is moving; idle is ready. */
export function readiness({ consumer, missingTopics, commitIntervalMs }: Work): Health {
  const { kafkaSilenceSeconds, joined, oldestUnacknowledgedMs } = consumer;
  const unready = (reason: string): Health => ({ healthy: false, reason });
  if (missingTopics.length > 0) return unready(`no topic ${missingTopics.join(', ')}`);
  if (kafkaSilenceSeconds > longestSilenceSeconds) {
    return unready(`Kafka has not answered for ${Math.round(kafkaSilenceSeconds)} s`);
  }
  if (!joined) return unready('not yet a member of the consumer group');
  if (oldestUnacknowledgedMs > readyIntervals * commitIntervalMs) {
    return unready(
      `the oldest record read ${Math.round(oldestUnacknowledgedMs / 1000)} s ago is not in the lake`,
    );
  }
  return { healthy: true };
}
