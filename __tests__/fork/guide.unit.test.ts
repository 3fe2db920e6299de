import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { applyEdit, isApplied, readGuide } from './guide.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => (existsSync(root + path) ? readFileSync(root + path, 'utf8') : undefined);
const wishes = readGuide(read('docs/fork.md') ?? '');

/** How many files a wish may have a person edit; what is generated is not counted. */
const limits: Readonly<Record<string, number>> = {
  'A new environment': 1,
  'A new field of an event': 3,
  'A new topic': 2,
  'A new mart': 4,
  'A new card on the page': 2,
  'A new reference table': 3,
};

test('the guide has each wish, with no more files than promised and a command that tells that it is right', () => {
  expect(wishes.map(({ title }) => title)).toEqual(Object.keys(limits));
  for (const { title, edits, commands } of wishes) {
    const files = new Set(edits.map(({ path }) => path));
    process.stdout.write(`${title}: ${files.size} of at most ${limits[title]} files\n`);
    expect([title, files.size, files.size <= Number(limits[title])]).toEqual([title, edits.length, true]);
    expect(commands).toEqual(expect.arrayContaining(['npm run generate', 'npm run check']));
  }
});

test('every edit of the guide fits the file that it is of, or was made', () => {
  const changed = new Map<string, string>();
  for (const edit of wishes.flatMap(({ edits }) => edits)) {
    const before = changed.get(edit.path) ?? read(edit.path);
    const after = isApplied(edit, before) ? (before ?? '') : applyEdit(edit, before);
    expect([edit.path, isApplied(edit, after)]).toEqual([edit.path, true]);
    changed.set(edit.path, after);
  }
});

describe('an edit', () => {
  const file = 'one\ntwo\n\nthree\ntwo\n';
  const edited = (block: string, content: string | undefined = file, isNew = false) =>
    applyEdit({ path: 'a.ts', isNew, block }, content);

  test('adds and removes lines where the lines around them are', () => {
    expect(edited(' one\n-two\n+2\n\n three\n')).toBe('one\n2\n\nthree\ntwo\n');
    const edit = { path: 'a.ts', isNew: false, block: ' one\n-two\n+2\n\n three\n' };
    expect([isApplied(edit, file), isApplied(edit, applyEdit(edit, file))]).toEqual([false, true]);
    expect(edited('+zero\n one\n@@\n three\n+three and a half\n')).toBe(
      'zero\none\ntwo\n\nthree\nthree and a half\ntwo\n',
    );
  });

  test('that fits nowhere, or in two places, is refused with its lines', () => {
    expect(() => edited(' four\n+five\n')).toThrow(
      'a.ts: expected these lines once, got them nowhere:\n four\n+five',
    );
    expect(() => edited(' two\n+three\n')).toThrow('a.ts: expected these lines once, got them twice');
  });

  test('of a new file wants none to be there, of an old one wants it', () => {
    expect(applyEdit({ path: 'a.ts', isNew: true, block: 'all\n' }, undefined)).toBe('all\n');
    expect(() => edited('all\n', file, true)).toThrow('a.ts is there already');
    expect(() => applyEdit({ path: 'a.ts', isNew: false, block: '+x\n' }, undefined)).toThrow(
      'a.ts is not there',
    );
  });
});
