import { z } from 'zod';
import { topics as contract, topicNames } from '../../contract/topics.ts';
import { type LivePlay, liveIntervalMs, liveSnapshotSchema } from '../../lake/live-snapshot.ts';

/** An instance whose snapshot is older than this is gone, milliseconds. */
export const goneAfterMs = 4 * liveIntervalMs;

/** Plays shown over all instances. */
const shownPlays = 24;

const { topics, listenersByState, plays } = liveSnapshotSchema.shape;

/** What all consumers together see of the stream just now. */
export const liveStateSchema = z.object({
  /** The latest snapshot that went into this; null while no consumer tells. */
  at: z.iso.datetime().nullable(),
  /** Consumers that tell. */
  instances: z.int().nonnegative(),
  /** Every topic of the contract in its order, whether somebody tells of it or not, then others that consumers tell of. */
  topics: z.record(
    z.string(),
    topics.valueType.extend({
      /** What its events are called. */
      title: z.string(),
    }),
  ),
  listenersByState,
  sampled: z.boolean(),
  plays,
  oldestUnacknowledgedMs: z.number().nonnegative(),
});

/** The live state. */
export type LiveState = z.infer<typeof liveStateSchema>;
type Snapshot = z.infer<typeof liveSnapshotSchema>;

const nothing = { eventsPerSecond: 0, events: 0, lag: 0 };

function summed(snapshots: readonly Snapshot[]): Pick<LiveState, 'topics' | 'listenersByState'> {
  const all: LiveState['topics'] = Object.fromEntries(
    topicNames.map((name) => [name, { title: contract[name].title, ...nothing }]),
  );
  const byState: LiveState['listenersByState'] = {};
  for (const snapshot of snapshots) {
    for (const [topic, { eventsPerSecond, events, lag }] of Object.entries(snapshot.topics)) {
      const sum = all[topic] ?? { title: topic, ...nothing };
      all[topic] = {
        title: sum.title,
        eventsPerSecond: sum.eventsPerSecond + eventsPerSecond,
        events: sum.events + events,
        lag: sum.lag + lag,
      };
    }
    for (const [state, listeners] of Object.entries(snapshot.listenersByState)) {
      byState[state] = (byState[state] ?? 0) + listeners;
    }
  }
  return { topics: all, listenersByState: byState };
}

const newestFirst = (one: LivePlay, other: LivePlay) => Date.parse(other.at) - Date.parse(one.at);

/**
 * Puts the snapshots of all instances together; those that have been silent for {@link goneAfterMs} do not count. A
 * listener's plays all lie in one partition, so that the instances' listeners can be added.
 */
export function mergeSnapshots(snapshots: readonly Snapshot[], now: number): LiveState {
  const telling = snapshots.filter(({ at }) => now - Date.parse(at) <= goneAfterMs);
  return {
    at:
      telling
        .map(({ at }) => at)
        .sort()
        .at(-1) ?? null,
    instances: telling.length,
    ...summed(telling),
    sampled: telling.some(({ sampled }) => sampled),
    plays: telling
      .flatMap(({ plays: own }) => own)
      .sort(newestFirst)
      .slice(0, shownPlays),
    oldestUnacknowledgedMs: Math.max(0, ...telling.map((snapshot) => snapshot.oldestUnacknowledgedMs)),
  };
}
