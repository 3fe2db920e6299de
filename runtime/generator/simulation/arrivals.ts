import { RandomStream } from '../random/stream.ts';
import { never, type SimulationSettings, yearSeconds } from './settings.ts';

const purpose = 121;

/**
 * When new listeners join: a Poisson stream whose rate is the growth rate times the number of listeners so far.
 * Every worker runs the same stream and takes the listeners of its own shards.
 */
export class Arrivals {
  readonly #random: RandomStream;
  readonly #perSecond: number;
  readonly #wholeSeconds: boolean;
  #time = 0;
  /** Listeners that joined or were there from the start: the index of the next one. */
  #index: number;

  constructor(settings: SimulationSettings) {
    this.#random = RandomStream.of(settings.seed, purpose, 0);
    this.#perSecond = settings.growthRate / yearSeconds;
    this.#wholeSeconds = settings.eventsimCompat;
    this.#index = settings.users;
    this.#advance();
  }

  /** Second at which the next listener joins; {@link never} without growth. */
  get second(): number {
    return this.#time < never ? Math.floor(this.#time) : never;
  }

  /** Index of the next listener in the population. */
  get index(): number {
    return this.#index;
  }

  /** Goes on to the listener after the next one. */
  take(): void {
    this.#index++;
    this.#advance();
  }

  /** What is needed to go on from here in another process. */
  save(): readonly number[] {
    return [this.#random.a, this.#random.b, this.#time, this.#index];
  }

  restore([a, b, time, index]: readonly number[]): void {
    this.#random.a = a as number;
    this.#random.b = b as number;
    this.#time = time as number;
    this.#index = index as number;
  }

  #advance(): void {
    const rate = this.#perSecond * this.#index;
    if (!(rate > 0)) {
      this.#time = never;
      return;
    }
    const wait = this.#random.exponential() / rate;
    this.#time += this.#wholeSeconds ? Math.floor(wait) : wait;
  }
}
