import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'beatflow-types-'));
afterAll(() => rmSync(folder, { recursive: true }));

const contract = 'runtime/contract/topics.ts';
const producer = 'runtime/generator/encode/sources.ts';

/** Replaces a text that must be there. */
interface Edit {
  readonly path: string;
  readonly from: string | RegExp;
  readonly to: string;
}

const added: Edit = {
  path: contract,
  from: 'const playedTrackFields = {\n',
  to: "$&  shuffle: nullable('boolean', 'Whether the song was drawn at random.'),\n",
};
const removed: Edit = { path: contract, from: /\n {2}gender: .*/, to: '' };
const success = /\{ success: (.*) \}/;

/** Changes of the contract alone, and where the compiler sees that the producer does not follow. */
const changes: Readonly<
  Record<string, { readonly edits: readonly Edit[]; readonly files: readonly string[] }>
> = {
  untouched: { edits: [], files: [] },
  added: { edits: [added], files: [producer] },
  removed: { edits: [removed], files: [producer, 'runtime/generator/encode/json.ts'] },
  moved: {
    edits: [
      { path: contract, from: success, to: '{}' },
      { path: contract, from: /\{ newLevel:/, to: "{ success: required('boolean', ''), newLevel:" },
    ],
    files: [producer, 'runtime/generator/encode/json.ts'],
  },
  required: {
    edits: [{ path: contract, from: /newLevel: nullable/, to: 'newLevel: required' }],
    files: [producer],
  },
  'required of a user': {
    edits: [{ path: contract, from: /firstName: nullable/, to: 'firstName: required' }],
    files: [producer],
  },
  'another type': {
    edits: [{ path: contract, from: "page: required('string'", to: "page: required('long'" }],
    files: [producer],
  },
  'no whole number': {
    edits: [{ path: contract, from: "sessionId: required('long'", to: "sessionId: required('double'" }],
    files: [producer],
  },
  reordered: {
    edits: [{ path: contract, from: /( {2}lon: .*\n)( {2}lat: .*\n)/, to: '$2$1' }],
    files: [],
  },
};

/** A copy of the programs with changes. */
function change(name: string, edits: readonly Edit[]): string {
  const copy = join(folder, name);
  cpSync(join(root, 'runtime'), join(copy, 'runtime'), {
    recursive: true,
    filter: (path) => !path.includes('dashboard/page/'),
  });
  for (const { path, from, to } of edits) {
    const before = readFileSync(join(copy, path), 'utf8');
    const after = before.replace(from, to);
    expect(after).not.toBe(before);
    writeFileSync(join(copy, path), after);
  }
  return copy;
}

const run = (command: string, args: readonly string[], cwd: string) =>
  spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 100_000 });

beforeAll(() => {
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
});

test('the compiler names the producer, and nothing else, where it does not follow the contract', () => {
  for (const [name, { edits }] of Object.entries(changes)) change(name, edits);
  const config = {
    extends: join(root, 'tsconfig.json'),
    // All programs where a field is added; elsewhere what writes messages, for the sake of time.
    include: ['untouched/runtime', 'added/runtime', '*/runtime/generator/encode'],
    exclude: [],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const { stdout, stderr } = run(join(root, 'node_modules/.bin/tsc'), ['--noEmit', '-p', folder], folder);
  const named = [...stdout.matchAll(/^([^(\s][^(]*)\(\d+,\d+\): error TS\d+: (.*)$/gm)].map(
    ([, path]) => path,
  );
  expect({ stderr, other: stdout.split('\n').filter((line) => line.startsWith('error')) }).toEqual({
    stderr: '',
    other: [],
  });
  for (const [name, { files }] of Object.entries(changes)) {
    const found = named
      .filter((path) => path?.startsWith(`${name}/`))
      .map((path) => path?.slice(name.length + 1));
    expect({ name, files: [...new Set(found)].sort() }).toEqual({ name, files: [...files].sort() });
  }
  expect(stdout).toContain("Property 'shuffle' is missing");
  expect(stdout).toContain('the contract has no such field');
});

test('a field that contract and producer have is in every message, in the contract’s place', () => {
  const copy = change('followed', [
    added,
    { path: contract, from: /( {2}lon: .*\n)( {2}lat: .*\n)/, to: '$2$1' },
    {
      path: producer,
      from: 'const playedTrack = {\n',
      to: "$&  shuffle: of('state', ({ level }) => (level === 'paid' ? true : null)),\n",
    },
  ]);
  cpSync(join(root, '__tests__/generator/support.ts'), join(copy, '__tests__/generator/support.ts'));
  const program = `
    import { messageCodec } from './runtime/contract/message.ts';
    import { topicNames } from './runtime/contract/topics.ts';
    import { settings, simulate } from './__tests__/generator/support.ts';
    const run = simulate({ tag: 'a tag' });
    const wrong = topicNames.filter((topic) => {
      const codec = messageCodec(topic);
      return run.messages.get(topic).some((message) => !codec.encode(codec.decode(message)).equals(message));
    });
    const plays = run.messages.get('listen_events').map((message) => messageCodec('listen_events').decode(message));
    const compatible = simulate({ settings: settings({ eventsimCompat: true }), formats: ['json'] });
    console.log(JSON.stringify({
      wrong,
      order: Object.keys(plays[0]).filter((name) => ['lat', 'lon', 'tag', 'shuffle', 'artist'].includes(name)),
      shuffled: plays.every(({ level, shuffle }) => shuffle === (level === 'paid' ? true : null)),
      kinds: [...new Set(plays.map(({ shuffle }) => shuffle))].sort(),
      json: run.events.get('listen_events').every(({ shuffle }, index) => (shuffle ?? null) === plays[index].shuffle),
      compatible: compatible.lines.get('listen_events').some((line) => line.includes('shuffle')),
    }));`;
  const { stdout, stderr } = run(process.execPath, ['--input-type=module', '-e', program], copy);
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    wrong: [],
    order: ['lat', 'lon', 'tag', 'shuffle', 'artist'],
    shuffled: true,
    kinds: [null, true],
    json: true,
    compatible: false,
  });
});
