import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulatedTopics } from '../../runtime/generator/simulated-topics.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beatflow-command-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function beatflow(...args: string[]) {
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith('BEATFLOW_'));
  return spawnSync(process.execPath, ['runtime/cli.ts', ...args], {
    encoding: 'utf8',
    env: Object.fromEntries(environment),
    maxBuffer: 1 << 28,
  });
}

const window = ['-n', '300', '-s', '2026-03-02T00:00:00', '-e', '2026-03-04T00:00:00'];

test('Eventsim’s flags and a folder write its four files', () => {
  const { status } = beatflow(
    'generate',
    ...window,
    '--randomseed',
    '7',
    '--userid',
    '1000',
    '--tag',
    'x',
    folder,
  );
  expect(status).toBe(0);
  expect(readdirSync(folder).sort()).toEqual([...simulatedTopics].sort());
  const [first] = readFileSync(join(folder, 'listen_events'), 'utf8').split('\n');
  const event = JSON.parse(first ?? '') as Record<string, unknown>;
  expect(event).toMatchObject({ tag: 'x' });
  expect(event.userId).toBeGreaterThan(1000);
});

test('--useAvro writes container files', () => {
  expect(beatflow('generate', ...window, '--useAvro', folder).status).toBe(0);
  expect(readdirSync(folder).sort()).toEqual(simulatedTopics.map((topic) => `${topic}.avro`).sort());
  expect(readFileSync(join(folder, 'auth_events.avro')).subarray(0, 3).toString()).toBe('Obj');
});

test('several outputs at once: files of both forms, and lines alone on standard output', () => {
  const outputs = `json:${join(folder, 'a')},avro:${join(folder, 'b')},stdout:listen_events`;
  const { status, stdout, stderr } = beatflow('generate', ...window, '-o', outputs);
  expect(status).toBe(0);
  expect(stdout).toBe(readFileSync(join(folder, 'a', 'listen_events'), 'utf8'));
  expect(statSync(join(folder, 'b', 'listen_events.avro')).size).toBeGreaterThan(1000);
  expect(stderr).toContain('generator ended');
});

test('all faults of flags are named, and the exit code says that a person must mend them', () => {
  const { status, stderr } = beatflow('generate', '-n', 'many', '-g', '-1', '-o', 'nowhere');
  expect(status).toBe(2);
  expect(stderr).toMatch(/3 faults.*BEATFLOW_OUTPUTS.*BEATFLOW_USERS.*BEATFLOW_GROWTH_RATE/s);
});

test('flags of Eventsim for which there is nothing to do say what to do instead', () => {
  const { status, stderr } = beatflow('generate', '--generate-counts', '--generate-similars', folder);
  expect(status).toBe(2);
  expect(stderr).toMatch(/--generate-counts: .*--catalogue\n--generate-similars: /);
});

test('the catalogue lists the songs that a run plays', () => {
  expect(beatflow('generate', ...window, folder).status).toBe(0);
  const played = readFileSync(join(folder, 'listen_events'), 'utf8').trim().split('\n');
  const { stdout } = beatflow('catalogue', '-s', '2026-03-02T00:00:00');
  const songs = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(songs).toHaveLength(10_000);
  const byId = new Map(songs.map((song) => [song.trackId, song]));
  const wrong = played
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ trackId, artist, song, duration }) => {
      const listed = byId.get(trackId);
      return listed?.artist !== artist || listed?.song !== song || listed?.duration !== duration;
    });
  expect(played.length).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});
