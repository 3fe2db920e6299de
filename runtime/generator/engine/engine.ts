import type { EncodedTopic } from '../encode/output.ts';
import type { SimulatedTopic } from '../simulated-topics.ts';

/** The forms in which events can be had. */
export type FormatName = 'avro' | 'json';

/** Events by topic. */
export type TopicCounts = Readonly<Record<SimulatedTopic, number>>;

/** The encoded topics of one part of the population. */
export type EncodedPart = readonly EncodedTopic[];

/** What happened between two times, encoded. */
export interface Slice {
  /** Seconds since the window's start. */
  readonly from: number;
  readonly until: number;
  /** For each wanted format the parts of the population, in the order of their shards. */
  readonly encoded: Readonly<Partial<Record<FormatName, readonly EncodedPart[]>>>;
  readonly counts: TopicCounts;
  /** Listeners so far, and sessions that were given a number. */
  readonly users: number;
  readonly sessions: number;
}

/** Runs a population from slice to slice, in this thread or in workers. */
export interface Engine {
  /** Seconds since the window's start up to which it has come. */
  readonly now: number;
  /**
   * Goes on to `until`. The slice's memory is valid until it is released; one more slice may be asked for meanwhile.
   */
  advance(until: number): Promise<Slice>;
  /** Gives a slice's memory back. */
  release(slice: Slice): void;
  /** Goes on to `until` without encoding what happens. */
  replay(until: number): Promise<void>;
  /** Everything that is needed to go on from {@link now} in another process, shard by shard, ascending. */
  save(): AsyncIterable<ShardState>;
  close(): Promise<void>;
}

/** One shard's listeners, and what all shards share. */
export interface ShardState {
  readonly shard: number;
  readonly now: number;
  readonly arrivals: readonly number[];
  readonly count: number;
  readonly sessions: number;
  /** `count` due times, then the records. */
  readonly words: Int32Array;
}

/** No events: every topic that is counted, with 0. */
export const noEvents: TopicCounts = {
  listen_events: 0,
  page_view_events: 0,
  auth_events: 0,
  status_change_events: 0,
};

const counted = Object.keys(noEvents) as readonly (keyof TopicCounts)[];

/** The sum of two counts, topic by topic. A checkpoint may be older than a topic, which then counts 0 in it. */
export function addCounts(left: TopicCounts, right: TopicCounts): TopicCounts {
  const sums = counted.map((topic) => [topic, (left[topic] ?? 0) + (right[topic] ?? 0)]);
  return Object.fromEntries(sums) as TopicCounts;
}

/** All events of a count. */
export function totalOf(counts: TopicCounts): number {
  return counted.reduce((total, topic) => total + (counts[topic] ?? 0), 0);
}

/** The slice of a whole population from those of its parts. */
export function joinSlices(parts: readonly Slice[]): Slice {
  const [first] = parts;
  if (!first) throw new RangeError('a population has at least one part');
  const formats = Object.keys(first.encoded) as FormatName[];
  return {
    from: first.from,
    until: first.until,
    encoded: Object.fromEntries(
      formats.map((format) => [format, parts.flatMap(({ encoded }) => encoded[format] ?? [])]),
    ),
    counts: parts.map(({ counts }) => counts).reduce(addCounts),
    users: parts.reduce((sum, { users }) => sum + users, 0),
    sessions: parts.reduce((sum, { sessions }) => sum + sessions, 0),
  };
}
