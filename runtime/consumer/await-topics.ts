import { setTimeout as delay } from 'node:timers/promises';
import type { KafkaAdmin } from '../kafka/admin.ts';
import type { Logger } from '../program/logger.ts';

const pollMs = 2000;
/** A wait is told once, and again after this, milliseconds. */
const reminderMs = 60_000;

/** What is needed to wait for topics. */
interface AwaitTopicsProps {
  readonly admin: Pick<KafkaAdmin, 'missingTopics'>;
  readonly topics: readonly string[];
  readonly logger: Logger;
  /** Called with what is missing, and once more with nothing when the wait is over. */
  readonly missing: (topics: readonly string[]) => void;
  readonly stop: AbortSignal;
}

/**
 * Waits until all topics exist: a consumer may be there before whoever makes the topics. Resolves early when it is told
 * to stop.
 */
export async function awaitTopics({ admin, topics, logger, missing, stop }: AwaitTopicsProps): Promise<void> {
  let toldAt = Number.NEGATIVE_INFINITY;
  while (!stop.aborted) {
    const absent = await admin.missingTopics(topics);
    missing(absent);
    if (absent.length === 0) return;
    if (Date.now() - toldAt >= reminderMs) {
      toldAt = Date.now();
      logger.warn(
        { topics: absent },
        'waiting for topics that do not exist yet; create them, nothing is lost',
      );
    }
    await delay(pollMs, undefined, { signal: stop }).catch(() => undefined);
  }
}
