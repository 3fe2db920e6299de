import avsc from 'avsc';
import fc from 'fast-check';
import { encodeLong, writeLong } from '../../runtime/contract/varint.ts';

const wholeNumber = fc.oneof(
  fc.maxSafeInteger(),
  fc.constantFrom(0, -1, 1, 63, 64, -64, -65, 2 ** 27, 2 ** 28 - 1, 2 ** 31, -(2 ** 31), 2 ** 52 - 1),
);

test('longs are written as Avro has them', () => {
  const long = avsc.Type.forSchema('long');
  fc.assert(
    fc.property(
      // avsc reads and writes whole numbers of 53 bits after zigzag only.
      wholeNumber.filter((value) => Math.abs(value) < 2 ** 52),
      (value) => {
        const bytes = new Uint8Array(16);
        const expected = long.toBuffer(value);
        return (
          expected.equals(bytes.subarray(3, writeLong(bytes, 3, value))) && expected.equals(encodeLong(value))
        );
      },
    ),
  );
});
