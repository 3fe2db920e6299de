import type { RandomStream } from './stream.ts';

const words = 2 ** 32;

/** Draws indices by weight in constant time: Walker's alias method, built as Vose ("A linear algorithm …", 1991). */
export class AliasTable {
  readonly #threshold: Uint32Array;
  readonly #alias: Uint32Array;

  /** @throws RangeError where no weight is above 0 or one is negative or not finite. */
  constructor(weights: ArrayLike<number>) {
    const n = weights.length;
    let total = 0;
    for (let i = 0; i < n; i++) {
      const weight = weights[i] as number;
      if (!(weight >= 0 && weight < Infinity)) throw new RangeError(`weight ${i} is ${weight}`);
      total += weight;
    }
    if (!(total > 0)) throw new RangeError('no weight is above 0');
    this.#threshold = new Uint32Array(n).fill(words - 1);
    this.#alias = Uint32Array.from({ length: n }, (_, i) => i);
    const scaled = Float64Array.from(weights, (weight) => (weight * n) / total);
    const small: number[] = [];
    const large: number[] = [];
    for (let i = 0; i < n; i++) ((scaled[i] as number) < 1 ? small : large).push(i);
    while (small.length > 0 && large.length > 0) {
      const less = small.pop() as number;
      const more = large.pop() as number;
      this.#threshold[less] = Math.min(words - 1, Math.floor((scaled[less] as number) * words));
      this.#alias[less] = more;
      scaled[more] = (scaled[more] as number) + (scaled[less] as number) - 1;
      ((scaled[more] as number) < 1 ? small : large).push(more);
    }
  }

  /** An index, with the probability of its weight. */
  pick(random: RandomStream): number {
    const slot = Math.floor(((random.word() >>> 0) * this.#alias.length) / words);
    return random.word() >>> 0 < (this.#threshold[slot] as number) ? slot : (this.#alias[slot] as number);
  }
}
