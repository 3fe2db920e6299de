import fc from 'fast-check';

import {
  Arena,
  type FragmentTable,
  longestMessage,
  type Region,
  writeDecimal,
} from '../../../runtime/generator/encode/arena.ts';
import { Run, type Step, StepWriter, stepKinds } from '../../../runtime/generator/encode/message.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const writer = new StepWriter();
const putStep = (table: FragmentTable): Step => ({ kind: stepKinds.put, slot: 0, table, run: undefined });
const put = (region: Region, table: FragmentTable, index: number) =>
  writer.write([putStep(table)], Float64Array.of(index), region);

test('a region that is full grows; contents handed out before, and other regions, stay as they are', () => {
  const arena = new Arena();
  const fragments = arena.fragments(['one ', 'zwei '], (writer, value) => writer.text(value));
  const [first, second, third] = [
    arena.region(longestMessage),
    arena.region(longestMessage),
    arena.region(8),
  ];
  if (!first || !second || !third) throw new Error('three regions were made');
  put(second, fragments, 1);
  put(third, fragments, 0);
  const handedOut = second.contents;
  put(first, fragments, 0);
  first.reserve();
  while (first.length < 3 * longestMessage) {
    first.reserve();
    put(first, fragments, 0);
  }
  expect(text(first.contents)).toBe('one '.repeat(first.length / 4));
  expect([text(handedOut), text(second.contents), text(third.contents)]).toEqual(['zwei ', 'zwei ', 'one ']);
  put(second, fragments, 1);
  expect([text(handedOut), text(second.contents), text(third.contents)]).toEqual([
    'zwei ',
    'zwei zwei ',
    'one ',
  ]);
});

test('a run is written once and copied within its region and to another, until it is forgotten', () => {
  const arena = new Arena();
  const words = arena.fragments(['ab', 'cd'], (fragment, value) => fragment.text(value));
  const [from, to] = [arena.region(longestMessage), arena.region(longestMessage)] as const;
  const run = new Run([putStep(words)]);
  const step: Step = { kind: stepKinds.run, slot: 0, table: words, run };
  writer.write([step], Float64Array.of(0), from);
  writer.write([step], Float64Array.of(1), from);
  writer.write([step], Float64Array.of(1), to);
  expect([text(from.contents), text(to.contents)]).toEqual(['abab', 'ab']);
  run.forget();
  writer.write([step], Float64Array.of(1), to);
  expect(text(to.contents)).toBe('abcd');
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
