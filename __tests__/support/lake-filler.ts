import { MessageInspector } from '../../runtime/consumer/message-inspector.ts';
import { PartitionWriter } from '../../runtime/consumer/partition-writer.ts';
import { type TopicName, topicNames } from '../../runtime/contract/topics.ts';
import { defaultBehaviour } from '../../runtime/generator/behaviour/default.ts';
import type { EncodedTopic } from '../../runtime/generator/encode/output.ts';
import { InlineEngine } from '../../runtime/generator/engine/inline.ts';
import { divideShards } from '../../runtime/generator/engine/threads.ts';
import type { ObjectStore } from '../../runtime/lake/object-store.ts';
import { perTopic } from './topics.ts';

/** A message on its way into the lake. */
export interface FilledMessage {
  readonly topic: TopicName;
  /** Position among the topic's messages in order of event time, from 0. */
  readonly position: number;
  /** Event time, milliseconds since the epoch. */
  readonly ts: number;
  /** Avro single-object encoding. */
  readonly value: Buffer;
}

export interface LakeFillerProps {
  readonly store: ObjectStore;
  /** The simulated window, milliseconds since the epoch. */
  readonly startMs: number;
  readonly endMs: number;
  /** Simulated listeners at the start. */
  readonly users: number;
  /** Share by which the listeners grow in a year. @default 0 */
  readonly growthRate?: number;
  /** Songs of the synthetic catalogue. @default 10,000 */
  readonly songs?: number;
  /** How many fills later a message is written; 0 is with the others of its time. @default never later */
  readonly delayOf?: (message: FilledMessage) => number;
  /** Whether a message is written twice, as after a producer's retry. @default no message is */
  readonly isRepeated?: (message: FilledMessage) => boolean;
  /** Keeps the events as JSON lines too. @default false */
  readonly keepLines?: boolean;
}

/** Simulates listeners and fills a lake with what they do, as the consumer does: one commit for each topic and fill. */
export class LakeFiller {
  /** The events so far, one line of JSON each, in order of time; empty unless they are kept. */
  readonly lines: Readonly<Record<TopicName, string[]>> = perTopic(() => []);
  readonly #props: LakeFillerProps;
  readonly #engine: InlineEngine;
  readonly #offsets = new Map<TopicName, number>();
  readonly #positions = new Map<TopicName, number>();
  /** Messages that were held back, by the fill that writes them. */
  readonly #held = new Map<number, FilledMessage[]>();
  #fills = 0;
  #runs = 0;

  constructor(props: LakeFillerProps) {
    this.#props = props;
    this.#engine = new InlineEngine({
      settings: {
        behaviour: defaultBehaviour,
        seed: 1,
        startMs: props.startMs,
        endMs: props.endMs,
        users: props.users,
        growthRate: props.growthRate ?? 0,
        attritionRate: 0,
        firstUserId: 1,
        eventsimCompat: false,
      },
      tag: null,
      catalogue: { type: 'synthetic', size: props.songs ?? 10_000 },
      formats: props.keepLines ? ['avro', 'json'] : ['avro'],
      shards: divideShards(1).flat(),
    });
  }

  /** Simulates up to `end` and writes nothing of it. */
  skipTo(end: number): Promise<void> {
    return this.#engine.replay((end - this.#props.startMs) / 1000);
  }

  /** Writes what happens from where the last call ended until `end`, and what was held back until now. */
  async fillUntil(end: number): Promise<void> {
    const fill = this.#fills++;
    const writers = new Map(topicNames.map((topic) => [topic, this.#writer(topic, end)]));
    const write = (message: FilledMessage) => {
      const { writer } = writers.get(message.topic) as { writer: PartitionWriter };
      for (let copy = this.#props.isRepeated?.(message) ? 2 : 1; copy > 0; copy--) {
        writer.append({ offset: writer.position, timestamp: end, key: null, value: message.value });
      }
    };
    for (const message of this.#held.get(fill) ?? []) write(message);
    this.#held.delete(fill);
    const slice = await this.#engine.advance((end - this.#props.startMs) / 1000);
    for (const encoded of (slice.encoded.json ?? []).flat()) this.#keepLines(encoded);
    for (const encoded of (slice.encoded.avro ?? []).flat()) {
      for (const message of this.#messages(encoded)) {
        const delay = this.#props.delayOf?.(message) ?? 0;
        if (delay === 0) write(message);
        else this.#hold(fill + delay, message);
      }
    }
    this.#engine.release();
    for (const [topic, { writer }] of writers) {
      this.#offsets.set(topic, writer.position);
      writer.rotate();
    }
    await Promise.all(
      Array.from(writers.values(), ({ writer, failed }) => Promise.race([writer.settle(), failed])),
    );
  }

  *#messages({ topic, count, bytes, ends, seconds }: EncodedTopic): Generator<FilledMessage> {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const first = this.#positions.get(topic) ?? 0;
    this.#positions.set(topic, first + count);
    for (let index = 0, begin = 0; index < count; index++) {
      const value = buffer.subarray(begin, ends[index]);
      const ts = this.#props.startMs + (seconds[index] as number) * 1000;
      yield { topic, position: first + index, ts, value };
      begin = ends[index] as number;
    }
  }

  /** The encoder uses its memory again, so what is held back is copied. */
  #hold(fill: number, message: FilledMessage): void {
    const held = this.#held.get(fill) ?? [];
    held.push({ ...message, value: Buffer.from(message.value) });
    this.#held.set(fill, held);
  }

  #keepLines({ topic, bytes }: EncodedTopic): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
    for (const line of text.split('\n')) if (line !== '') this.lines[topic].push(line);
  }

  #writer(
    topic: TopicName,
    now: number,
  ): { readonly writer: PartitionWriter; readonly failed: Promise<never> } {
    const failure = Promise.withResolvers<never>();
    const writer = new PartitionWriter({
      store: this.#props.store,
      key: { log: 'filled-g1', topic, partition: 0 },
      position: this.#offsets.get(topic) ?? 0,
      instance: 'filler',
      codec: 'deflate',
      clock: () => now,
      newRun: () => `run${++this.#runs}`,
      inspector: new MessageInspector(topic, () => now),
      settled: () => undefined,
      failed: failure.reject,
    });
    return { writer, failed: failure.promise };
  }
}
