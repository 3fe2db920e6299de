import { randomBytes } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { deflateBlock } from '../../runtime/lake/deflate.ts';
import { cases } from '../support/cases.ts';

test('blocks of any size and content come back, many at once', async () => {
  const blocks = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
      fc.integer({ min: 0, max: 400_000 }).map((size) => Buffer.alloc(size, 'listen')),
      fc.integer({ min: 0, max: 400_000 }).map((size) => randomBytes(size)),
    ),
    { minLength: 1, maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(blocks, async (raws) => {
      const compressed = await Promise.all(raws.map(deflateBlock));
      compressed.forEach((bytes, index) => {
        expect(inflateRawSync(bytes).compare(raws[index] as Buffer)).toBe(0);
      });
    }),
    { numRuns: cases(10) },
  );
});
