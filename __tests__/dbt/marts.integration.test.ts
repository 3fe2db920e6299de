import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DbtRun, dbt } from './dbt.ts';
import { simulateListeners } from './listeners.ts';
import * as recalculated from './recalculate.ts';
import { loadRaw, rows, withWarehouse } from './warehouse.ts';

const events = simulateListeners({ seed: 7, users: 250, days: 16 });
let folder: string;
let warehouse: string;
let built: DbtRun;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-dbt-'));
  warehouse = join(folder, 'warehouse.duckdb');
  await loadRaw(warehouse, events);
  built = await dbt(folder, warehouse, ['build']);
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const query = (sql: string) => withWarehouse(warehouse, (connection) => rows(connection, sql));

test('every model builds and every test passes', () => {
  const failed = built.results.filter(({ status }) => !['success', 'pass'].includes(status));
  expect(failed).toEqual([]);
  expect(built.exitCode).toBe(0);
  expect(built.results.filter(({ type }) => type === 'model').length).toBeGreaterThanOrEqual(20);
  expect(built.results.filter(({ type }) => type === 'test').length).toBeGreaterThanOrEqual(60);
});

test('repeated records are one event', async () => {
  for (const [topic, expected] of Object.entries(events)) {
    const [counts] = await query(
      `select (select count(*) from raw.${topic}) as loaded, (select count(*) from staging.stg_${topic}) as kept`,
    );
    expect(counts).toEqual({
      loaded: expected.length + Math.floor(expected.length / 50),
      kept: expected.length,
    });
  }
});

test('the star has its facts and dimensions in schema core, and only marts in schema marts', async () => {
  const tables = await query(
    "select table_schema || '.' || table_name as name from information_schema.tables where table_schema in ('core', 'marts') order by 1",
  );
  const names = tables.map(({ name }) => name);
  for (const model of [
    'fct_streams',
    'dim_users',
    'dim_songs',
    'dim_artists',
    'dim_location',
    'dim_datetime',
  ]) {
    expect(names).toContain(`core.${model}`);
  }
  expect(names.filter((name) => /^marts\.(stg|fct|dim|int)_/.test(String(name)))).toEqual([]);
});

describe('equal to an independent calculation from the raw events', () => {
  const day = 'cast(day as varchar) as day';
  test.each([
    ['activity_hourly', 'hour, streams, listeners, minutes', 'hour', recalculated.activityHourly],
    [
      'activity_daily',
      `${day}, streams, listeners, minutes, new_users, sessions`,
      'day',
      recalculated.activityDaily,
    ],
    [
      'song_popularity_daily',
      `${day}, song, artist, streams, listeners, minutes`,
      'day, song, artist',
      recalculated.songPopularityDaily,
    ],
    [
      'artist_popularity_daily',
      `${day}, artist, streams, listeners, minutes`,
      'day, artist',
      recalculated.artistPopularityDaily,
    ],
    [
      'listeners_by_segment_daily',
      `${day}, state, gender, level, listeners, streams, minutes`,
      'day, state, gender, level',
      recalculated.listenersBySegmentDaily,
    ],
  ])('%s', async (mart, columns, order, calculate) => {
    const expected = calculate(events);
    expect(expected.length).toBeGreaterThan(10);
    const actual = await query(`select ${columns} from marts.${mart} order by ${order}`);
    expect(rounded(actual)).toEqual(rounded(expected));
  });

  test('dim_users', async () => {
    const actual = await query(
      'select user_id, level, valid_from, valid_to, is_current from core.dim_users order by user_id, valid_from',
    );
    const expected = recalculated.dimUsers(events);
    expect(expected.length).toBeGreaterThan(250);
    expect(actual).toEqual(expected);
  });
});

/** Minutes to the nearest millionth: both sides divide whole milliseconds by 60,000. */
const rounded = (list: readonly Record<string, unknown>[]) =>
  list.map((row) => ({ ...row, minutes: Math.round(Number(row.minutes) * 1e6) / 1e6 }));
