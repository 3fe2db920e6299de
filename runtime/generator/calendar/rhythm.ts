import type { Behaviour } from '../behaviour/behaviour.ts';
import { OffDays } from './holidays.ts';

const daySeconds = 86_400;
/** The hour, in seconds, from which session starts are pushed away; they are pulled to the one opposite, 15:00. */
const quietSecond = 3 * 3600;

type Rhythm = Pick<
  Behaviour,
  'damping' | 'weekendDamping' | 'weekendDampingOffsetMinutes' | 'weekendDampingScaleMinutes'
>;

/**
 * When sessions start: the pull towards the afternoon, and the loss on weekends and holidays with its ramps.
 * Times are whole seconds since 1970-01-01 UTC; the whole population lives by one clock, as in Eventsim.
 */
export class DailyRhythm {
  readonly #amplitude: number;
  readonly #loss: number;
  readonly #offset: number;
  readonly #scale: number;
  readonly #offDays = new OffDays();
  /** Which of yesterday, today and tomorrow are off, as three bits, plus 1, by day modulo its length; 0: not known. */
  readonly #kinds = new Uint8Array(1 << 17);

  constructor(behaviour: Rhythm) {
    this.#amplitude = behaviour.damping * daySeconds;
    this.#loss = behaviour.weekendDamping;
    this.#offset = behaviour.weekendDampingOffsetMinutes * 60;
    this.#scale = behaviour.weekendDampingScaleMinutes * 60;
  }

  /** Moves a time towards the afternoon of its day. */
  warp(second: number): number {
    const ofDay = second - Math.floor(second / daySeconds) * daySeconds;
    return (
      second + Math.trunc(this.#amplitude * Math.sin((2 * Math.PI * (ofDay - quietSecond)) / daySeconds))
    );
  }

  /** The probability that a session start at this time is lost, to be drawn again later; may be below 0 or over 1. */
  loss(second: number): number {
    const day = Math.floor(second / daySeconds);
    const kind = this.#kindOf(day);
    if (kind === 0) return 0;
    if (kind === 0b111) return this.#loss;
    const sinceMidnight = second - day * daySeconds;
    const untilMidnight = daySeconds - sinceMidnight;
    const slope = this.#loss / this.#scale;
    const rise = slope * (sinceMidnight + this.#offset);
    const fall = slope * (this.#offset - sinceMidnight);
    const eveRise = slope * (this.#offset - untilMidnight);
    const lateFall = slope * (untilMidnight + this.#offset);
    const risen = sinceMidnight >= this.#scale - this.#offset;
    const falls = untilMidnight < this.#scale - this.#offset;
    const eve = untilMidnight <= this.#offset;
    const morrow = sinceMidnight < this.#offset;
    switch (kind) {
      case 0b001:
        return eve ? eveRise : 0;
      case 0b100:
        return morrow ? fall : 0;
      case 0b010:
        if (!risen) return rise;
        return falls ? lateFall : this.#loss;
      case 0b011:
        return risen ? this.#loss : rise;
      case 0b101:
        if (morrow) return fall;
        return eve ? eveRise : 0;
      default:
        return falls ? lateFall : this.#loss;
    }
  }

  /** 2^17 days are 359 years: a run does not meet two days of one place in the table. */
  #kindOf(day: number): number {
    const place = day & (this.#kinds.length - 1);
    const known = this.#kinds[place] as number;
    if (known > 0) return known - 1;
    const off = (d: number) => (this.#offDays.has(d) ? 1 : 0);
    const kind = (off(day - 1) << 2) | (off(day) << 1) | off(day + 1);
    this.#kinds[place] = kind + 1;
    return kind;
  }
}
