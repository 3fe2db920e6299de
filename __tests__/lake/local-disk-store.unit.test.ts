import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-lake-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const paths = async (store: LocalDiskStore, prefix: string, startingAt?: string) => {
  const found: string[] = [];
  for await (const { path } of store.list(prefix, startingAt === undefined ? {} : { startingAt }))
    found.push(path);
  return found;
};

test('of twenty writers racing for a path one creates it, and its bytes stay', async () => {
  const store = new LocalDiskStore(folder);
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, async (_, writer) => ({
      writer,
      outcome: await store.createIfAbsent('a/b/c.json', [Buffer.from(`writer ${writer}`)]),
    })),
  );
  const winners = outcomes.filter(({ outcome }) => outcome === 'created');
  expect(winners).toHaveLength(1);
  expect(String(await store.read('a/b/c.json'))).toBe(`writer ${winners[0]?.writer}`);
  expect(await paths(store, '')).toEqual(['a/b/c.json']);
});

test('what is not there reads as undefined and lists as nothing', async () => {
  const store = new LocalDiskStore(join(folder, 'not', 'yet'));
  expect(await store.read('x')).toBeUndefined();
  expect(await paths(store, 'x/')).toEqual([]);
  expect(await store.listFolders('x/')).toEqual([]);
  await store.delete('x');
});

test('an overwritten object has the last bytes', async () => {
  const store = new LocalDiskStore(folder);
  await store.overwrite('_live/a.json', Buffer.from('1'));
  await store.overwrite('_live/a.json', Buffer.from('2'));
  expect(String(await store.read('_live/a.json'))).toBe('2');
});

test('a listing has the order of the paths, from any start on, as an object store has', async () => {
  const part = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.', '0', '_'), minLength: 1, maxLength: 3 });
  const name = part.filter((text) => !/^\.+$/.test(text));
  const anyPaths = fc.uniqueArray(
    fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => `${parts.join('/')}.f`),
    { minLength: 1, maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(anyPaths, fc.nat(), async (names, start) => {
      const root = await mkdtemp(join(folder, 'p-'));
      const store = new LocalDiskStore(root);
      for (const path of names) await store.createIfAbsent(path, [Buffer.from(path)]);
      const sorted = [...names].sort();
      expect(await paths(store, '')).toEqual(sorted);
      const startingAt = sorted[start % sorted.length] as string;
      expect(await paths(store, '', startingAt)).toEqual(sorted.filter((path) => path >= startingAt));
    }),
    { numRuns: 60 },
  );
});
