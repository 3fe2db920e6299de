import { AliasTable } from '../../../runtime/generator/random/alias.ts';
import { mix32, RandomStream } from '../../../runtime/generator/random/stream.ts';

const draws = 200_000;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('xoroshiro64** gives the words of its authors’ definition', () => {
  // From state (1, 2), computed with 64-bit integers from the published update, kept as a fixed point.
  const reference = (a: bigint, b: bigint, count: number) => {
    const mask = 0xffffffffn;
    const rotate = (x: bigint, k: bigint) => ((x << k) | (x >> (32n - k))) & mask;
    return Array.from({ length: count }, () => {
      const word = (rotate((a * 0x9e3779bbn) & mask, 5n) * 5n) & mask;
      const mixed = b ^ a;
      a = rotate(a, 26n) ^ mixed ^ ((mixed << 9n) & mask);
      b = rotate(mixed, 13n);
      return Number(word);
    });
  };
  const stream = new RandomStream();
  stream.a = 1;
  stream.b = 2;
  expect(Array.from({ length: 100 }, () => stream.word() >>> 0)).toEqual(reference(1n, 2n, 100));
});

/** What draws of a distribution must have, and the standard deviation of their squared distance from the mean. */
interface Moments {
  readonly mean: number;
  readonly variance: number;
  readonly deviationOfSquares: number;
}

test('uniform, exponential and normal draws have their means and variances', () => {
  const random = RandomStream.of(1, 2, 3);
  const sample = (draw: () => number) => Array.from({ length: draws }, draw);
  const variance = (values: readonly number[]) => {
    const middle = mean(values);
    return mean(values.map((value) => (value - middle) ** 2));
  };
  // Five standard errors of each figure.
  const expectMoments = (values: readonly number[], wanted: Moments) => {
    const errors = 5 / Math.sqrt(draws);
    expect(Math.abs(mean(values) - wanted.mean)).toBeLessThan(errors * Math.sqrt(wanted.variance));
    expect(Math.abs(variance(values) - wanted.variance)).toBeLessThan(errors * wanted.deviationOfSquares);
  };
  const uniform = sample(() => random.uniform());
  expectMoments(uniform, { mean: 1 / 2, variance: 1 / 12, deviationOfSquares: Math.sqrt(1 / 180) });
  const exponential = sample(() => random.exponential());
  expectMoments(exponential, { mean: 1, variance: 1, deviationOfSquares: Math.sqrt(8) });
  const normal = sample(() => random.normal());
  expectMoments(normal, { mean: 0, variance: 1, deviationOfSquares: Math.SQRT2 });
  expect(Math.min(...uniform.slice(0, 1000))).toBeGreaterThan(0);
});

test('streams of neighbouring indices have nothing in common', () => {
  const first = Array.from({ length: draws / 100 }, (_, index) => RandomStream.of(1, 2, index).uniform());
  const second = Array.from({ length: draws / 100 }, (_, index) =>
    RandomStream.of(1, 2, index + 1).uniform(),
  );
  const product = mean(first.map((value, index) => (value - 0.5) * ((second[index] as number) - 0.5)));
  expect(Math.abs(product)).toBeLessThan(5 / 12 / Math.sqrt(draws / 100));
  expect(new Set(first).size).toBe(first.length);
});

test('the mixer is a bijection on a sample and spreads neighbours', () => {
  const mixed = Array.from({ length: 10_000 }, (_, index) => mix32(index));
  expect(new Set(mixed).size).toBe(mixed.length);
  // Of neighbours, half of the 32 bits differ: five standard errors.
  const different = mixed.slice(1).map((word, index) => {
    const bits = (word ^ (mixed[index] as number)) >>> 0;
    return bits.toString(2).replaceAll('0', '').length;
  });
  expect(Math.abs(mean(different) - 16)).toBeLessThan((5 * Math.sqrt(8)) / Math.sqrt(different.length));
});

test('the alias table draws by weight and never what has none', () => {
  const weights = [5, 0, 1, 2.5, 1.5];
  const table = new AliasTable(weights);
  const random = RandomStream.of(4, 5, 6);
  const counts = new Array<number>(weights.length).fill(0);
  for (let i = 0; i < draws; i++) {
    const index = table.pick(random);
    counts[index] = (counts[index] as number) + 1;
  }
  expect(counts[1]).toBe(0);
  const chiSquared = weights.reduce((sum, weight, index) => {
    const expected = (draws * weight) / 10;
    return expected > 0 ? sum + ((counts[index] as number) - expected) ** 2 / expected : sum;
  }, 0);
  // 0.999 quantile of chi-squared with three degrees of freedom.
  expect(chiSquared).toBeLessThan(16.27);
});

test.each([[[]], [[0, 0]], [[1, -1]], [[1, Number.NaN]]])('weights %j are refused', (weights) => {
  expect(() => new AliasTable(weights)).toThrow(RangeError);
});
