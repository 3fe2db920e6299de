import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventOf, type TopicName, topicNames, topics } from '../../runtime/contract/topics.ts';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';
import { type FilledMessage, LakeFiller } from '../support/lake-filler.ts';
import { loadWarehouse } from '../support/load.ts';
import { perTopic } from '../support/topics.ts';
import { builtContents } from './contents.ts';
import { dbt, failuresOf } from './dbt.ts';
import type { EventsByTopic } from './listeners.ts';
import { recalculations, rounded } from './recalculate/index.ts';
import { rows, withWarehouse } from './warehouse.ts';

const hourMs = 3_600_000;
const hours = 72;
/** Friday evening: the window ends in the next week and the next month, and a day is over in each of its thirds. */
const startMs = Date.UTC(2026, 9, 30, 18);

/** Hours after which the models are built: after a first midnight, with what is late of two more, and at the end. */
const builds = [9, 40, hours];

/** Fills of the lake, one an hour, by which a message is late: page views of the last minutes come with the next hour's. */
function delayOf({ topic, position, ts }: FilledMessage): number {
  if (topic === 'page_view_events' && hourMs - (ts % hourMs) <= 3 * 60_000) return 1;
  if (position % 50 === 7) return 9;
  return position % 401 === 3 ? 30 : 0;
}

const isRepeated = ({ position }: FilledMessage) => position % 60 === 0;

let folder: string;
let warehouse: string;
let filler: LakeFiller;
let events: EventsByTopic;
/** SQL for an instant before which the last build read the raw tables. */
let lastBuild = `timestamp '2000-01-01'`;

/** The events of JSON lines, with a null for each field that a line leaves out. */
function parsed<T extends TopicName>(topic: T, lines: readonly string[]): EventOf<T>[] {
  const nothing = Object.fromEntries(Object.keys(topics[topic].fields).map((field) => [field, null]));
  return lines.map((line) => ({ ...nothing, ...JSON.parse(line) }) as EventOf<T>);
}

const runLoader = (store: LocalDiskStore) =>
  loadWarehouse({ store, path: warehouse, lakeFolder: join(folder, 'lake') });

async function runDbt(...args: string[]): Promise<void> {
  const { results, exitCode } = await dbt(folder, warehouse, args);
  expect(failuresOf(results)).toEqual([]);
  expect(exitCode).toBe(0);
}

const query = (sql: string) => withWarehouse(warehouse, (connection) => rows(connection, sql));

/** Builds all models; the days that the build made are those that were loaded since the one before. */
async function buildWhatChanged(): Promise<void> {
  const days = async (sql: string) => (await query(sql)).map(({ day }) => String(day).slice(0, 10));
  const changed = await days(
    `select distinct cast(hour as date) as day from raw.load_audit where "loadedAt" > ${lastBuild} order by day`,
  );
  await runDbt('build');
  lastBuild = `(select max(stamp) from core.built_days where model = 'stg_listen_events')`;
  const built = await days(
    `select day from core.built_days where model = 'fct_streams'
       and run = (select run from core.built_days order by stamp desc limit 1) order by day`,
  );
  expect(changed.length).toBeGreaterThan(0);
  expect(built).toEqual(changed);
}

/** Hours come one by one, with late and repeated messages among them; the models are built now and then. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-hourly-'));
  warehouse = join(folder, 'warehouse.duckdb');
  const store = new LocalDiskStore(join(folder, 'lake'));
  filler = new LakeFiller({
    store,
    startMs,
    endMs: startMs + hours * hourMs,
    users: 800,
    growthRate: 5,
    songs: 300,
    delayOf,
    isRepeated,
    keepLines: true,
  });
  for (let hour = 1; hour <= hours; hour++) {
    await filler.fillUntil(startMs + hour * hourMs);
    const { refused, left } = await runLoader(store);
    expect({ refused, left }).toEqual({ refused: [], left: 0 });
    // Someone builds a few models; the next build must find out what the others still lack.
    if (hour === 40) await runDbt('run', '--select', 'loaded_days', 'stg_page_view_events', 'fct_page_views');
    if (builds.includes(hour)) await buildWhatChanged();
  }
  // What is still late arrives after the window.
  for (let hour = hours + 1; hour <= hours + 30; hour++) await filler.fillUntil(startMs + hours * hourMs);
  await runLoader(store);
  await buildWhatChanged();
  events = perTopic((topic) => parsed(topic, filler.lines[topic])) as EventsByTopic;
}, 900_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

test('each event that was produced is there once, late and repeated ones too', async () => {
  for (const topic of topicNames) {
    const produced = filler.lines[topic].length;
    const repeats = Math.ceil(produced / 60);
    const [counts] = await query(
      `select (select count(*) from raw.${topic}) as loaded, (select count(*) from staging.stg_${topic}) as kept`,
    );
    expect({ topic, ...counts }).toEqual({ topic, loaded: produced + repeats, kept: produced });
    expect(produced).toBeGreaterThan(0);
  }
  const [late] = await query(
    `select count(*) as hours from (select topic, hour from raw.load_audit group by all having count(*) > 1)`,
  );
  expect(Number(late?.hours)).toBeGreaterThan(hours);
});

test.each(recalculations)(
  '%s equals an independent calculation from the JSON lines of the generator',
  async (table, calculate, columns, order) => {
    const actual = await query(`select ${columns} from ${table} order by ${order}`);
    expect(actual.length).toBeGreaterThan(0);
    expect(rounded(actual)).toEqual(rounded(calculate(events)));
  },
);

test('builds by changed day give the rows of a full refresh', async () => {
  const byChangedDay = await builtContents(warehouse);
  await runDbt('run', '--full-refresh', '--vars', 'rebuild_staging: true');
  const inFull = await builtContents(warehouse);
  expect(Object.keys(byChangedDay)).toEqual(Object.keys(inFull));
  for (const [table, lines] of Object.entries(inFull)) {
    expect({ table, lines: byChangedDay[table] }).toEqual({ table, lines });
  }
});

test('staging keeps a day that raw has lost in part, also in a full refresh', async () => {
  const losing = join(folder, 'losing.duckdb');
  await copyFile(warehouse, losing);
  const kept = () =>
    withWarehouse(losing, (connection) =>
      rows(connection, 'select count(*) as rows, min(ts) as first from staging.stg_listen_events'),
    );
  const before = await kept();
  // Raw partitions expire; a late event then brings one hour of such a day back.
  await withWarehouse(losing, async (connection) => {
    await connection.run(`delete from raw.listen_events where ts < timestamp '2026-10-30 23:00:00'`);
    await connection.run(`insert into raw.load_audit select * replace (cast(now() at time zone 'UTC' as timestamp) as "loadedAt")
      from raw.load_audit where topic = 'listen_events' and hour = timestamp '2026-10-30 23:00:00' limit 1`);
  });
  const models = ['--select', 'loaded_days', 'stg_listen_events'];
  const { output } = await dbt(folder, losing, ['run', ...models]);
  expect(output).toContain('stg_listen_events keeps 2026-10-30 as it is');
  expect(await kept()).toEqual(before);
  const { results } = await dbt(folder, losing, ['run', '--full-refresh', ...models]);
  expect(failuresOf(results)).toEqual([]);
  expect(await kept()).toEqual(before);
});
