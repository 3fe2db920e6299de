import type { SimulatedTopic } from '../simulated-topics.ts';
import type { Region } from './arena.ts';

/** The encoded events of one topic in order of time; the memory is the encoder's and holds until it encodes again. */
export interface EncodedTopic {
  readonly topic: SimulatedTopic;
  readonly count: number;
  /** The messages one after the other. */
  readonly bytes: Uint8Array;
  /** Where each message ends in {@link bytes}. */
  readonly ends: Uint32Array;
  /** User id of each message, or session id for visitors without one: by it a user's events stay in order. */
  readonly keys: Float64Array;
  /** Event time of each message, seconds since the window's start. */
  readonly seconds: Int32Array;
}

/** Collects the messages of one topic in a region. */
export class TopicOutput {
  readonly topic: SimulatedTopic;
  readonly region: Region;
  #count = 0;
  #ends = new Uint32Array(1024);
  #keys = new Float64Array(1024);
  #seconds = new Int32Array(1024);

  constructor(topic: SimulatedTopic, region: Region) {
    this.topic = topic;
    this.region = region;
  }

  clear(): void {
    this.region.clear();
    this.#count = 0;
  }

  /** Ends the message that was written to the region. */
  end(key: number, second: number): void {
    if (this.#count === this.#ends.length) this.#grow();
    this.#ends[this.#count] = this.region.length;
    this.#keys[this.#count] = key;
    this.#seconds[this.#count++] = second;
  }

  /** What was written since {@link clear}. */
  result(): EncodedTopic {
    return {
      topic: this.topic,
      count: this.#count,
      bytes: this.region.contents,
      ends: this.#ends.subarray(0, this.#count),
      keys: this.#keys.subarray(0, this.#count),
      seconds: this.#seconds.subarray(0, this.#count),
    };
  }

  #grow(): void {
    const capacity = this.#ends.length * 2;
    const ends = new Uint32Array(capacity);
    ends.set(this.#ends);
    const keys = new Float64Array(capacity);
    keys.set(this.#keys);
    const seconds = new Int32Array(capacity);
    seconds.set(this.#seconds);
    this.#ends = ends;
    this.#keys = keys;
    this.#seconds = seconds;
  }
}
