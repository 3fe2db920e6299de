import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jest } from '@jest/globals';
import { stateFolder } from '../../runtime/local/state-folder.ts';
import { rows, withWarehouse } from '../dbt/warehouse.ts';
import { startTestBroker } from '../support/broker.ts';
import { variables } from '../support/deployments.ts';
import { ForkCopy } from './copy.ts';
import { readGuide } from './guide.ts';

/** A command takes minutes on a busy machine: only a hang takes this long, milliseconds. */
jest.setTimeout(1_800_000);

const wishes = readGuide(readFileSync(fileURLToPath(new URL('../../docs/fork.md', import.meta.url)), 'utf8'));
const generate = 'npm run generate';
/** All that the guide has a person run after `npm run generate`: what several wishes say is run once, after the last says so. */
const said = wishes.flatMap((wish) => wish.commands).filter((line) => line !== generate);
const commands = said.filter((line, index) => said.lastIndexOf(line) === index);
const checks = commands.filter((line) => line.startsWith('npm run '));
const outlines = '__tests__/stacks/__snapshots__/outlines.unit.test.ts.snap';

let copy: ForkCopy;
const changedBy = new Map<string, readonly string[]>();

/** Runs a command in the copy, which must go well, and returns what it printed. */
async function run(command: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { status, output } = await copy.run(command, env);
  if (status !== 0) throw new Error(`${command} ended with ${status}:\n${output}`);
  return output;
}

/** One wish after the other: its edits, and what `npm run generate` says that it wrote. */
beforeAll(async () => {
  copy = new ForkCopy();
  for (const wish of wishes) {
    copy.edit(wish);
    const written = [...(await run(generate)).matchAll(/^wrote (.+)$/gm)].map(([, path = '']) => path);
    const byHand = wish.edits.map(({ path }) => path);
    process.stdout.write(`${wish.title}: ${byHand.length} by hand, ${written.length} generated\n`);
    changedBy.set(wish.title, copy.changes());
    expect(copy.changes()).toEqual([...byHand, ...written].sort());
    copy.commit();
  }
});

afterAll(() => copy?.remove());

test('every wish was granted, and an environment, a topic and a mart are in what is generated', () => {
  expect([...changedBy.keys()]).toEqual(wishes.map(({ title }) => title));
  expect(changedBy.get('A new environment')).toContain('docs/iam.md');
  expect(changedBy.get('A new topic')).toContain('__tests__/stacks/stateful-addresses.json');
  expect(changedBy.get('A new mart')).toContain('docs/marts/logins_daily.md');
});

test('the guide has checks to run', () => {
  expect(checks).toContain('npm run check');
  expect(checks.length).toBeGreaterThan(3);
});

test.each(checks)('%s', async (command) => {
  await run(command);
  expect(copy.changes().filter((path) => path !== outlines)).toEqual([]);
});

test('the new environment is synthesised', async () => {
  const outdir = join(copy.folder, '.beatflow', 'synth');
  await run('node main.ts', { ...variables, CDKTF_OUTDIR: outdir, BEATFLOW_ENVIRONMENT: 'eu-prod' });
  expect(existsSync(join(outdir, 'stacks', 'eu-prod-streaming', 'cdk.tf.json'))).toBe(true);
});

describe('the whole pipeline, run once on a real broker', () => {
  const query = (sql: string) =>
    withWarehouse(stateFolder(join(copy.folder, '.beatflow', 'state')).duckDbPath, (connection) =>
      rows(connection, sql),
    );

  beforeAll(async () => {
    const kafka = await startTestBroker();
    try {
      await run(`node __tests__/fork/produce.ts search_events ${kafka.broker.address}`);
      for (const command of commands.filter((line) => !checks.includes(line))) {
        await run(command, { BEATFLOW_KAFKA_BROKERS: kafka.broker.address });
      }
    } finally {
      await kafka.remove();
    }
  });

  test('brings events with the new field to the lake, the raw table and the staging model', async () => {
    const [raw] = await query('select count(*) as rows, count(mobile) as told from raw.listen_events');
    expect(raw?.rows).toBeGreaterThan(50);
    expect(raw?.told).toBe(raw?.rows);
    const staged = await query(
      `select mobile, count(*) as events, count(case when user_agent like '%Mobile%' then 1 end) as mobiles
       from staging.stg_listen_events group by mobile order by mobile`,
    );
    expect(staged).toEqual([
      { mobile: false, events: expect.any(Number), mobiles: 0 },
      { mobile: true, events: staged[1]?.mobiles, mobiles: staged[1]?.events },
    ]);
  });

  test('brings events of the new topic to the lake, the raw table and the staging model', async () => {
    const staged = await query(
      'select search_text, user_id from staging.stg_search_events order by search_text',
    );
    expect(staged).toHaveLength(20);
    expect(staged[0]).toEqual({ search_text: 'searchText 0', user_id: 7 });
    expect(
      await query("select records, dead_letters from marts.pipeline_topics where topic = 'search_events'"),
    ).toEqual([{ records: 20, dead_letters: 0 }]);
  });

  test('loads the new reference table from the lake and stages it', async () => {
    expect(await query('select artist, genre from staging.stg_artist_genres')).toEqual([
      { artist: 'The Testers', genre: 'rock' },
    ]);
  });

  test('builds the new mart', async () => {
    const [logins] = await query(
      'select count(*) as days, sum(attempts) as attempts from marts.logins_daily',
    );
    expect(logins?.days).toBeGreaterThan(0);
    expect(await query('select count(*) as attempts from core.fct_auth')).toEqual([
      { attempts: logins?.attempts },
    ]);
  });
});
