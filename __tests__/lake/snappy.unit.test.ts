import fc from 'fast-check';
import { snappyCompress, snappyUncompress } from '../../runtime/lake/snappy.ts';

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  // Repetitions near and far, over the end of a fragment too.
  fc
    .array(fc.tuple(fc.string({ minLength: 1, maxLength: 80 }), fc.integer({ min: 1, max: 900 })), {
      minLength: 1,
      maxLength: 8,
    })
    .map((parts) => Buffer.from(parts.map(([text, times]) => text.repeat(times)).join(''))),
);

test('what was compressed is restored', () => {
  fc.assert(
    fc.property(anyBytes, (bytes) => {
      expect(snappyUncompress(snappyCompress(bytes)).equals(bytes)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('a block of several fragments is restored, and text becomes smaller', () => {
  const text = Buffer.from(
    Array.from({ length: 9000 }, (_, index) => `listener ${index % 700} plays`).join(';'),
  );
  expect(text.length).toBeGreaterThan(150_000);
  const compressed = snappyCompress(text);
  expect(compressed.length).toBeLessThan(text.length / 3);
  expect(snappyUncompress(compressed).equals(text)).toBe(true);
});

test('bytes as the format description writes them are read', () => {
  // "Wikipedia" as a literal of 9 bytes, then a copy of 8 bytes from 9 before (one-byte form), then of 4 (two-byte form).
  const input = Buffer.from([21, 8 << 2, ...Buffer.from('Wikipedia'), 1 | (4 << 2), 9, 2 | (3 << 2), 8, 0]);
  expect(String(snappyUncompress(input))).toBe('WikipediaWikipediWiki');
});

test('damaged bytes are refused or restored to as many as they promise', () => {
  let refused = 0;
  let restored = 0;
  fc.assert(
    fc.property(anyBytes, fc.nat(), fc.nat(255), (bytes, at, value) => {
      const compressed = snappyCompress(bytes);
      compressed[at % compressed.length] = value;
      const promised = compressed[0] as number;
      if (promised >= 128) return;
      const outcome = attempt(() => snappyUncompress(compressed));
      if (Buffer.isBuffer(outcome)) {
        expect(outcome).toHaveLength(promised);
        restored++;
      } else {
        expect(outcome.message).toMatch(/snappy|out of range|outside buffer/);
        refused++;
      }
    }),
    { numRuns: 500, seed: 11 },
  );
  expect(Math.min(refused, restored)).toBeGreaterThan(20);
});

function attempt(work: () => Buffer): Buffer | Error {
  try {
    return work();
  } catch (error) {
    return error as Error;
  }
}
