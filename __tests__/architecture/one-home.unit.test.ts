import { globSync, readFileSync } from 'node:fs';
import { lakeFolders } from '../../runtime/contract/lake-folders.ts';

/** Our own sources, by path. */
const sources = new Map(
  ['main.ts', '{runtime,artifacts,stacks,constructs,environments,scripts,bench}/**/*.{ts,mjs,py}']
    .flatMap((pattern) => globSync(pattern))
    .map((path) => [path, readFileSync(path, 'utf8')]),
);

/** The sources that a text or an expression is found in. */
const homesOf = (what: string | RegExp) =>
  [...sources]
    .filter(([, text]) => (typeof what === 'string' ? text.includes(what) : what.test(text)))
    .map(([path]) => path)
    .sort();

test('the test sees the sources', () => {
  expect(sources.size).toBeGreaterThan(250);
  expect(homesOf('createIfAbsent').length).toBeGreaterThan(5);
});

test.each(Object.values(lakeFolders))('the lake’s folder %s is named in the contract alone', (folder) => {
  expect(homesOf(new RegExp(`['"\`/]${folder.slice(0, -1)}\\b`))).toEqual([
    'runtime/contract/lake-folders.ts',
  ]);
});

test('milliseconds of an hour and a day are said in the contract alone', () => {
  expect(homesOf(/\b(3_?600_?000|86_?400_?000)\b|60 \* 60 \* 1_?000|3_?600 \* 1_?000/)).toEqual([
    'runtime/contract/durations.ts',
    // Python cannot import it.
    'runtime/spark/beatflow_spark/paths.py',
  ]);
});

test('a partition of a topic becomes a key in one place', () => {
  expect(homesOf(/\$\{[\w.]*\btopic\}\/\$\{[\w.]*\bpartition\}/)).toEqual([
    'runtime/contract/partition-key.ts',
  ]);
});

test('text becomes a SQL literal in one place', () => {
  expect(homesOf(/"'", "''"/)).toEqual(['runtime/warehouse/sql-literal.ts']);
});

test('longs are written by one function', () => {
  expect(homesOf(/\| (0x80|128)\b/)).toEqual([
    'runtime/contract/varint.ts',
    // Without zigzag, and of 32 bits: the length of a Snappy block.
    'runtime/lake/snappy.ts',
    // Python cannot import it.
    'runtime/spark/beatflow_spark/avro.py',
  ]);
});

test('what is private is so at run time too', () => {
  expect(homesOf(/^\s+private (?!constructor\()/m)).toEqual([]);
});
