/** The finaliser of MurmurHash3 (Austin Appleby, public domain): a bijection of 32-bit words that mixes all bits. */
export function mix32(word: number): number {
  let x = word | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/** Hashes any number of whole numbers (up to 2^53 each) into one 32-bit word. */
export function hash32(...numbers: readonly number[]): number {
  let h = 0x9e3779b9 | 0;
  for (const number of numbers) {
    h = mix32(h ^ mix32(number | 0)) + 0x9e3779b9;
    h = mix32(h ^ Math.floor(number / 2 ** 32)) | 0;
  }
  return mix32(h);
}

const perWord = 2 ** -32;

/**
 * A stream of random numbers: xoroshiro64** of David Blackman and Sebastiano Vigna ("Scrambled linear
 * pseudorandom number generators", 2018; public domain), 64 bits of state, period 2^64 - 1. Small enough that
 * every simulated listener has one of their own, which makes a run the same however its work is divided.
 */
export class RandomStream {
  /** First word of the state. Both words are open so that a population can keep them in its own memory. */
  a = 1;
  /** Second word of the state; never zero together with the first. */
  b = 0;

  /** A stream of its own for every (seed, index): no two indices below 2^32 of one seed share a state. */
  static of(seed: number, purpose: number, index: number): RandomStream {
    const stream = new RandomStream();
    stream.seed(hash32(seed, purpose, 1), hash32(seed, purpose, 2), index);
    return stream;
  }

  /** Sets the state from two words of a seed and an index. */
  seed(seedA: number, seedB: number, index: number): void {
    this.a = mix32(index ^ seedA);
    this.b = mix32((index + seedB) | 0);
    if ((this.a | this.b) === 0) this.b = 1;
  }

  /** The next 32 bits, as a signed integer. */
  word(): number {
    const a = this.a;
    const b = this.b ^ a;
    const scrambled = Math.imul(a, 0x9e3779bb);
    this.a = ((a << 26) | (a >>> 6)) ^ b ^ (b << 9);
    this.b = (b << 13) | (b >>> 19);
    return Math.imul((scrambled << 5) | (scrambled >>> 27), 5);
  }

  /** Uniform on (0, 1), never 0 or 1. */
  uniform(): number {
    return ((this.word() >>> 0) + 0.5) * perWord;
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -Math.log(this.uniform());
  }

  /** Standard normal, by Box and Muller's transform. */
  normal(): number {
    const radius = Math.sqrt(2 * this.exponential());
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }
}
