import type { Random } from '../consumer/simulation/random.ts';

/** A message damaged in one of the ways that happen: flipped bits, cuts, trailing bytes, noise, or nothing left. */
export function damage(random: Random, message: Buffer): Buffer | null {
  const copy = Buffer.from(message);
  switch (random.below(7)) {
    case 0:
      for (let flips = 1 + random.below(4); flips > 0; flips--) {
        const at = random.below(copy.length);
        copy[at] = (copy[at] as number) ^ (1 << random.below(8));
      }
      return copy;
    case 1:
      return copy.subarray(0, random.below(copy.length + 1));
    case 2:
      return Buffer.concat([copy, Buffer.from([random.below(256)])]);
    case 3:
      return Buffer.from(Array.from({ length: random.below(60) }, () => random.below(256)));
    case 4: {
      // A whole header before bytes that mean nothing.
      for (let at = 10; at < copy.length; at++) if (random.chance(0.3)) copy[at] = random.below(256);
      return copy;
    }
    case 5:
      return random.chance(0.05) ? Buffer.concat([copy, Buffer.alloc(70_000, 0x80)]) : copy;
    default:
      return random.chance(0.3) ? null : copy;
  }
}
