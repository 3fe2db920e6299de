import { never } from './settings.ts';

/** Words of 32 bits that one listener's record takes. */
export const recordWords = 11;

/** Offsets of a listener's words in the record. */
export const word = {
  /** State of the listener's random stream. */
  randomA: 0,
  randomB: 1,
  /** Mean seconds between pages and between sessions, as 32-bit floats. */
  alpha: 2,
  beta: 3,
  /** When the song that was started last ends; {@link noSong} before a session's first. */
  songEnd: 4,
  /** Position of the next event in its session. */
  item: 5,
  /** State of the next event, and {@link userFlag} bits above {@link stateBits}. */
  state: 6,
  /** The session's number in its shard plus 1; 0 until its first event is written. */
  session: 7,
  /** Place in the low half, device in the high half. */
  home: 8,
  /** First name in the low half, last name in the high half. */
  name: 9,
  /** When the listener signed up; {@link unregistered} before. */
  registration: 10,
} as const;

/** Bits of {@link word.state} that hold the state. */
const stateBits = 16;
export const stateMask = (1 << stateBits) - 1;

/** What is remembered of a listener besides the state. */
export const userFlag = {
  /** The page before was a login. */
  afterLogin: 1 << stateBits,
  /** The session began before the window and is left out. */
  muted: 1 << (stateBits + 1),
} as const;

export const noSong = -(2 ** 31);
export const unregistered = -(2 ** 31);

/**
 * The listeners of one shard: when each is due next, and a record of {@link recordWords} words each; 48 bytes a
 * listener. The numbers lie in flat memory so that millions fit and none is an object.
 */
export class Population {
  /** The shard's number: its listener `i` is the population's listener `i * shardCount + shard`. */
  readonly shard: number;
  /** Seconds since the window's start at which the listener acts next, or {@link never}. */
  due: Int32Array;
  records: Int32Array;
  /** The same memory as {@link records}. */
  floats: Float32Array;
  count = 0;
  /** Sessions of this shard that were given a number. */
  sessions = 0;

  constructor(shard: number, capacity: number) {
    this.shard = shard;
    this.due = new Int32Array(capacity);
    this.records = new Int32Array(capacity * recordWords);
    this.floats = new Float32Array(this.records.buffer);
  }

  /** A population from what {@link save} gave. */
  static restore(
    shard: number,
    state: { readonly count: number; readonly sessions: number; readonly words: Int32Array },
  ): Population {
    const population = new Population(shard, state.count);
    population.count = state.count;
    population.sessions = state.sessions;
    population.due.set(state.words.subarray(0, state.count));
    population.records.set(state.words.subarray(state.count));
    return population;
  }

  /** A copy of all due times, followed by all records. */
  save(): Int32Array {
    const words = new Int32Array(this.count * (1 + recordWords));
    words.set(this.due.subarray(0, this.count));
    words.set(this.records.subarray(0, this.count * recordWords), this.count);
    return words;
  }

  /** Makes room for one more listener and returns its index. */
  add(): number {
    if (this.count === this.due.length) this.#grow(Math.max(16, Math.ceil(this.count * 1.25)));
    this.due[this.count] = never;
    return this.count++;
  }

  #grow(capacity: number): void {
    const due = new Int32Array(capacity);
    due.set(this.due);
    const records = new Int32Array(capacity * recordWords);
    records.set(this.records);
    this.due = due;
    this.records = records;
    this.floats = new Float32Array(records.buffer);
  }
}
