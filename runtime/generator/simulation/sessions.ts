import type { DailyRhythm } from '../calendar/rhythm.ts';
import type { RandomStream } from '../random/stream.ts';
import { never } from './settings.ts';

/** Draws when sessions start. */
export class SessionClock {
  readonly #rhythm: DailyRhythm;
  readonly #gap: number;
  readonly #epochSecond: number;
  readonly #gapIsFloor: boolean;

  /**
   * @param props.startMs the window's start, from which seconds are counted
   * @param props.gapIsFloor whether two sessions are always `gapSeconds` apart; in Eventsim the pull towards the
   *   afternoon may move the second one up to the end of the first
   */
  constructor(props: {
    readonly rhythm: DailyRhythm;
    readonly gapSeconds: number;
    readonly startMs: number;
    readonly gapIsFloor: boolean;
  }) {
    this.#rhythm = props.rhythm;
    this.#gap = props.gapSeconds;
    this.#epochSecond = Math.floor(props.startMs / 1000);
    this.#gapIsFloor = props.gapIsFloor;
  }

  /**
   * The start of the session after one that ended at `end`, for a listener with mean `beta` seconds between
   * sessions; {@link never} where it is out of range.
   */
  next(end: number, beta: number, random: RandomStream): number {
    const floor = this.#gapIsFloor ? end + this.#gap : end;
    let base = end;
    while (base < never) {
      const candidate = base + Math.floor(beta * random.exponential()) + this.#gap;
      const start = this.#moved(candidate);
      if (start < floor || start < base) base += this.#gap;
      else if (this.#kept(start, random)) return Math.min(start, never);
      else base = start;
    }
    return never;
  }

  /** The first visit of a listener who turns up at `time`: then, or later where the hour or the day is against it. */
  firstVisit(time: number, random: RandomStream): number {
    for (let base = time; base < never; base += this.#gap) {
      const start = Math.max(time, this.#moved(base));
      if (this.#kept(start, random)) return start;
    }
    return never;
  }

  #moved(second: number): number {
    return this.#rhythm.warp(second + this.#epochSecond) - this.#epochSecond;
  }

  #kept(second: number, random: RandomStream): boolean {
    const loss = this.#rhythm.loss(second + this.#epochSecond);
    return loss <= 0 || random.uniform() < 1 - loss;
  }
}
