import fc from 'fast-check';
import { Arena, longestMessage, writeDecimal } from '../../../runtime/generator/encode/arena.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

test('a region that is full grows; contents handed out before, and other regions, stay as they are', () => {
  const arena = new Arena();
  const fragments = arena.fragments(['one ', 'zwei '], (writer, value) => writer.text(value));
  const [first, second, third] = [
    arena.region(longestMessage),
    arena.region(longestMessage),
    arena.region(8),
  ];
  if (!first || !second || !third) throw new Error('three regions were made');
  second.put(fragments, 1);
  third.put(fragments, 0);
  const handedOut = second.contents;
  first.put(fragments, 0);
  first.reserve();
  while (first.length < 3 * longestMessage) {
    first.reserve();
    first.put(fragments, 0);
  }
  expect(text(first.contents)).toBe('one '.repeat(first.length / 4));
  expect([text(handedOut), text(second.contents), text(third.contents)]).toEqual(['zwei ', 'zwei ', 'one ']);
  second.put(fragments, 1);
  expect([text(handedOut), text(second.contents), text(third.contents)]).toEqual([
    'zwei ',
    'zwei zwei ',
    'one ',
  ]);
});

test('what was written in a region can be copied within it and to another', () => {
  const arena = new Arena();
  const word = arena.fragment('ab');
  const [from, to] = [arena.region(longestMessage), arena.region(longestMessage)] as const;
  from.put(word, 0);
  from.copy(from.start, from.at);
  to.copy(from.start, from.at);
  expect([text(from.contents), text(to.contents)]).toEqual(['abab', 'abab']);
});

const wholeNumber = fc.oneof(
  fc.maxSafeInteger(),
  fc.constantFrom(0, -1, 1, 63, 64, -64, -65, 2 ** 27, 2 ** 28 - 1, 2 ** 31, -(2 ** 31), 2 ** 52),
);

test('decimals are written as JSON has them', () => {
  fc.assert(
    fc.property(wholeNumber, (value) => {
      const bytes = new Uint8Array(24);
      return text(bytes.subarray(0, writeDecimal(bytes, 0, value))) === String(value);
    }),
  );
});
