import { z } from 'zod';
import { lakeFolders } from '../contract/lake-folders.ts';

/** How often a consumer overwrites its snapshot, milliseconds. */
export const liveIntervalMs = 5_000;

/** Over how long the rates of a snapshot are taken, milliseconds. */
export const liveRateWindowMs = 10_000;

/** How long a listener counts as listening after a song started, milliseconds. */
export const liveListenerWindowMs = 300_000;

const count = z.int().nonnegative();
const instant = z.iso.datetime();

const playSchema = z.object({
  /** Event time. */
  at: instant,
  song: z.string(),
  artist: z.string(),
  city: z.string(),
  state: z.string(),
  level: z.string(),
});

/** A song that started. */
export type LivePlay = z.infer<typeof playSchema>;

/** What one consumer instance saw of the stream just now. */
export const liveSnapshotSchema = z.object({
  version: z.literal(1),
  instance: z.string(),
  /** When the snapshot was taken. */
  at: instant,
  topics: z.record(
    z.string(),
    z.object({
      /** Records read per second, over {@link liveRateWindowMs}. */
      eventsPerSecond: z.number().nonnegative(),
      /** Records read since the instance started. */
      events: count,
      /** Records in Kafka that this instance has still to read. */
      lag: count,
    }),
  ),
  /** Listeners of the last {@link liveListenerWindowMs} by state; exact unless `sampled`. */
  listenersByState: z.record(z.string(), count),
  /** Whether the stream was too fast to look at every play. */
  sampled: z.boolean(),
  /** The last plays, newest first. */
  plays: z.array(playSchema),
  /** Age of the oldest record that was read and is not in the lake, milliseconds. */
  oldestUnacknowledgedMs: z.number().nonnegative(),
});

/** A live snapshot. */
export type LiveSnapshot = z.infer<typeof liveSnapshotSchema>;

/** Path of an instance's snapshot. */
export function liveSnapshotPath(instance: string): string {
  return `${lakeFolders.live}${instance}.json`;
}

/** A snapshot as text. */
export function encodeLiveSnapshot(snapshot: LiveSnapshot): string {
  return JSON.stringify(snapshot);
}

/** Reads a snapshot back; undefined for what is none, because a snapshot carries no truth that could be missed. */
export function decodeLiveSnapshot(content: string): LiveSnapshot | undefined {
  try {
    return liveSnapshotSchema.safeParse(JSON.parse(content)).data;
  } catch {
    return undefined;
  }
}
