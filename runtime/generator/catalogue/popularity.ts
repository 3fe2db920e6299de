import { RandomStream } from '../random/stream.ts';

/** When a song came out, in days since 1970-01-01, and how big a hit it was then, 0 to 1. */
export interface Release {
  readonly day: number;
  readonly hit: number;
}

const purpose = { rank: 111, drift: 112 } as const;
/** Zipf's law over the ranks with Mandelbrot's offset, which keeps the first songs from having everything. */
const zipf = { exponent: 0.9, offset: 12 } as const;
/** Amplitude of each of the two waves, in natural-logarithm units: a song's share moves by up to a factor of 4. */
const driftAmplitude = 0.7;
/** Days after its release by which a hit has lost all but 1/e of its extra plays. */
const hitDays = 24;
/** The greatest factor by which a new song is played more than it will be in the end. */
const hitFactor = 12;

/**
 * How songs rise and fall. A song's lasting weight is 1 / (rank + 12)^0.9 with its rank drawn once; two slow waves of its
 * own (between 5 and 26 weeks long) move it, and its release lifts it for some weeks. Before its release it is not
 * played. All of it is a function of the seed and the day.
 */
export class Popularity {
  readonly #base: Float64Array;
  readonly #waves: readonly { readonly frequency: Float64Array; readonly phase: Float64Array }[];
  readonly #releases: readonly Release[];

  constructor(seed: number, releases: readonly Release[]) {
    const size = releases.length;
    this.#releases = releases;
    this.#base = new Float64Array(size);
    const order = Uint32Array.from({ length: size }, (_, index) => index);
    const shuffle = RandomStream.of(seed, purpose.rank, 0);
    for (let i = size - 1; i > 0; i--) {
      const j = Math.floor(shuffle.uniform() * (i + 1));
      [order[i], order[j]] = [order[j] as number, order[i] as number];
    }
    order.forEach((track, rank) => {
      this.#base[track] = (rank + 1 + zipf.offset) ** -zipf.exponent;
    });
    this.#waves = [0, 1].map((wave) => {
      const random = RandomStream.of(seed, purpose.drift, wave);
      return {
        frequency: Float64Array.from(
          { length: size },
          () => (2 * Math.PI) / (7 * (5 + 21 * random.uniform())),
        ),
        phase: Float64Array.from({ length: size }, () => 2 * Math.PI * random.uniform()),
      };
    });
  }

  /** The weights of all songs on a day. */
  weightsOn(day: number): Float64Array {
    return this.#base.map((base, track) => {
      const release = this.#releases[track] as Release;
      const age = day - release.day;
      if (age < 0) return 0;
      let drift = 0;
      for (const { frequency, phase } of this.#waves) {
        drift += driftAmplitude * Math.sin((frequency[track] as number) * day + (phase[track] as number));
      }
      const news = 1 + hitFactor * release.hit ** 3 * Math.exp(-age / hitDays);
      return base * Math.exp(drift) * news;
    });
  }
}
