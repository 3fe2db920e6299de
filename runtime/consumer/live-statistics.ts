import { jsonMessageDecoder } from '../contract/incoming/json-event.ts';
import { messageCodec } from '../contract/message.ts';
import type { EventOf } from '../contract/topics.ts';
import type { LogRecord, RecordBatch } from '../kafka/record-batch.ts';
import {
  type LivePlay,
  type LiveSnapshot,
  liveListenerWindowMs,
  liveRateWindowMs,
} from '../lake/live-snapshot.ts';

/** Plays a snapshot shows. */
const shownPlays = 24;
/** Plays looked at per second; a faster stream is sampled, so that watching it does not slow it down. */
const maxPlaysPerSecond = 500;

type Listen = EventOf<'listen_events'>;

interface TopicCounts {
  events: number;
  /** Records read, by the second they were read in. */
  readonly bySecond: Map<number, number>;
  readonly lagByPartition: Map<number, number>;
}

interface Listener {
  readonly state: string;
  readonly seenAt: number;
}

const secondOf = (milliseconds: number) => Math.floor(milliseconds / 1000);

/** Watches the batches that a consumer reads, for the live snapshot. Nothing else depends on what it counts. */
export class LiveStatistics {
  readonly #instance: string;
  readonly #clock: () => number;
  readonly #decodeListen: (message: Buffer) => Listen;
  readonly #topics = new Map<string, TopicCounts>();
  /** By user, in the order they were last seen. */
  readonly #listeners = new Map<number, Listener>();
  #plays: LivePlay[] = [];
  #second = 0;
  #playsThisSecond = 0;
  #lastSampledAt = Number.NEGATIVE_INFINITY;

  /**
   * @param clock milliseconds since the epoch.
   * @param jsonTopics topics whose messages are JSON objects; those of the others are Avro single objects.
   */
  constructor(instance: string, clock: () => number, jsonTopics: ReadonlySet<string> = new Set()) {
    this.#decodeListen = jsonTopics.has('listen_events')
      ? jsonMessageDecoder('listen_events')
      : messageCodec('listen_events').decode;
    this.#instance = instance;
    this.#clock = clock;
  }

  /** Takes note of a batch that was read. */
  batchRead({ topic, partition, records, endOffset }: RecordBatch): void {
    const now = this.#clock();
    const counts = this.#countsOf(topic);
    const last = records.at(-1);
    counts.events += records.length;
    counts.bySecond.set(secondOf(now), (counts.bySecond.get(secondOf(now)) ?? 0) + records.length);
    counts.lagByPartition.set(partition, last ? Math.max(0, endOffset - last.offset - 1) : 0);
    if (topic === 'listen_events') this.#playsRead(records, now);
  }

  /** What was seen until now. */
  snapshot(oldestUnacknowledgedMs: number): LiveSnapshot {
    const now = this.#clock();
    return {
      version: 1,
      instance: this.#instance,
      at: new Date(now).toISOString(),
      topics: Object.fromEntries(
        [...this.#topics].map(([topic, counts]) => [
          topic,
          {
            eventsPerSecond: this.#rate(counts, now),
            events: counts.events,
            lag: [...counts.lagByPartition.values()].reduce((sum, lag) => sum + lag, 0),
          },
        ]),
      ),
      listenersByState: this.#listenersByState(now),
      sampled: now - this.#lastSampledAt <= liveListenerWindowMs,
      plays: this.#plays,
      oldestUnacknowledgedMs,
    };
  }

  #countsOf(topic: string): TopicCounts {
    const known = this.#topics.get(topic);
    if (known) return known;
    const made = { events: 0, bySecond: new Map(), lagByPartition: new Map() };
    this.#topics.set(topic, made);
    return made;
  }

  /** The newest plays of a batch, as many as a second allows. */
  #playsRead(records: readonly LogRecord[], now: number): void {
    if (secondOf(now) !== this.#second) {
      this.#second = secondOf(now);
      this.#playsThisSecond = 0;
    }
    const room = maxPlaysPerSecond - this.#playsThisSecond;
    if (records.length > room) this.#lastSampledAt = now;
    const looked = room > 0 ? records.slice(-room) : [];
    this.#playsThisSecond += looked.length;
    const events = looked.flatMap((record) => this.#decode(record) ?? []);
    for (const event of events) this.#listened(event, now);
    const newest = events.slice(-shownPlays).reverse().map(playOf);
    this.#plays = [...newest, ...this.#plays].slice(0, shownPlays);
  }

  /** The event of a record; undefined for one that the inspector makes a dead letter or that has an older schema. */
  #decode({ value }: LogRecord): Listen | undefined {
    try {
      return value ? this.#decodeListen(value) : undefined;
    } catch {
      return undefined;
    }
  }

  #listened({ userId, state }: Listen, now: number): void {
    if (userId === null) return;
    this.#listeners.delete(userId);
    this.#listeners.set(userId, { state, seenAt: now });
  }

  #rate({ bySecond }: TopicCounts, now: number): number {
    const seconds = liveRateWindowMs / 1000;
    const current = secondOf(now);
    let events = 0;
    for (const [second, count] of bySecond) {
      if (second < current - seconds) bySecond.delete(second);
      else if (second < current) events += count;
    }
    return events / seconds;
  }

  #listenersByState(now: number): Record<string, number> {
    const byState: Record<string, number> = {};
    for (const [userId, { state, seenAt }] of this.#listeners) {
      if (now - seenAt > liveListenerWindowMs) this.#listeners.delete(userId);
      else byState[state] = (byState[state] ?? 0) + 1;
    }
    return byState;
  }
}

function playOf({ ts, song, artist, city, state, level }: Listen): LivePlay {
  return { at: new Date(ts).toISOString(), song, artist, city, state, level };
}
