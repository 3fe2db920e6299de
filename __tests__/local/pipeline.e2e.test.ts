import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topicNames } from '../../runtime/contract/topics.ts';
import { openDuckDbFile } from '../../runtime/warehouse/duckdb-file.ts';
import { eventually } from '../support/eventually.ts';

let state: string;
beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'beatflow-e2e-'));
});
afterAll(() => rm(state, { recursive: true, force: true }));

/** So many listeners that one of them does something within a minute, at any time of day. */
const size = ['--users', '5000', '--days', '0.25'];

function startOnce() {
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['start', '--silent', '--', '--once', '--state', state, ...size],
    {
      encoding: 'utf8',
    },
  );
  return { status, output: `${stdout}${stderr}` };
}

/** The numbers of each topic's line in the table of counts. */
function countsIn(output: string): Record<string, number[]> {
  return Object.fromEntries(
    topicNames.map((topic) => {
      const line = new RegExp(`^${topic} +(.*)$`, 'm').exec(output)?.[1] ?? '';
      return [topic, line.split(/ {2,}/).map((cell) => Number(cell.replaceAll(',', '')))];
    }),
  );
}

const processesOfState = () =>
  execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' })
    .split('\n')
    .filter((command) => command.includes(state));

test('the pipeline starts, builds batches while it runs, stops when asked and leaves no process behind', async () => {
  const pipeline = spawn('npm', ['start', '--silent', '--', '--state', state, ...size], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, BEATFLOW_REFRESH_SECONDS: '5' },
  });
  let output = '';
  pipeline.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await eventually('the page is announced', async () => /^Open http/m.test(output), 240_000);
  await eventually(
    'a batch is built while the stream runs',
    async () => output.includes('batch of'),
    240_000,
  );
  const url = /^Open (\S+)/m.exec(output)?.[1] as string;
  expect((await fetch(url)).status).toBe(200);
  expect(processesOfState().length).toBeGreaterThan(0);

  const exited = once(pipeline, 'exit');
  // Ctrl-C reaches the whole foreground process group.
  process.kill(-(pipeline.pid as number), 'SIGINT');
  await exited;
  expect(output).toContain('stopped');
  expect(processesOfState()).toEqual([]);
});

test('a second start goes on from there: every event is in Kafka, the lake and the warehouse, and the page is served', () => {
  const { status, output } = startOnce();
  expect(output).toContain('every event is everywhere exactly once');
  expect(status).toBe(0);
  for (const [topic, [generated, kafka, lake, dead, warehouse]] of Object.entries(countsIn(output))) {
    expect({ topic, kafka, lake, dead, warehouse }).toEqual({
      topic,
      kafka: generated,
      lake: generated,
      dead: 0,
      warehouse: generated,
    });
  }
  expect(countsIn(output).page_view_events?.[0]).toBeGreaterThan(1000);
  expect(processesOfState()).toEqual([]);
});

test('a row that is missing in the warehouse fails the run and is named', async () => {
  const file = await openDuckDbFile(join(state, 'warehouse', 'beatflow.duckdb'));
  await file.connection.run(
    'delete from raw.listen_events where rowid = (select min(rowid) from raw.listen_events)',
  );
  file.close();
  const { status, output } = startOnce();
  expect(output).toMatch(/listen_events: the lake has \d+ records, the warehouse \d+/);
  expect(status).toBe(2);
});
