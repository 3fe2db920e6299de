import { copyFile, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DbtRun, dbt, failuresOf } from './dbt.ts';
import { simulateListeners } from './listeners.ts';
import { recalculations, rounded } from './recalculate/index.ts';
import { pipelineTopics } from './recalculate/pipeline.ts';
import { type Recalculation, songOf } from './recalculate/plain.ts';
import { catalogueSongs } from './songs.ts';
import { loadRaw, rows, withWarehouse } from './warehouse.ts';

// Over New Year, a month long: weeks and years end in it, and listeners stay away for more than 28 days.
const events = simulateListeners({
  seed: 12,
  users: 120,
  days: 45,
  start: Date.UTC(2025, 11, 10),
  sessionsPerDay: 0.12,
});
let folder: string;
let warehouse: string;
let built: DbtRun;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-dbt-'));
  warehouse = join(folder, 'warehouse.duckdb');
  await loadRaw(warehouse, events);
  built = await dbt(folder, warehouse, ['build', '--selector', 'everything']);
}, 600_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const query = (sql: string) => withWarehouse(warehouse, (connection) => rows(connection, sql));

test('every model builds and every test passes', () => {
  const failed = failuresOf(built.results);
  expect(failed).toEqual([]);
  expect(built.exitCode).toBe(0);
  expect(built.results.filter(({ type }) => type === 'model').length).toBeGreaterThanOrEqual(50);
  expect(built.results.filter(({ type }) => type === 'test').length).toBeGreaterThanOrEqual(123);
  expect(built.results.filter(({ type }) => type === 'unit_test').length).toBeGreaterThanOrEqual(22);
});

test('the documentation builds, with a description of every model and column, and the lineage to the page', async () => {
  const { exitCode } = await dbt(folder, warehouse, ['docs', 'generate', '--static']);
  expect(exitCode).toBe(0);
  const artifact = async (name: string) => JSON.parse(await readFile(join(folder, 'target', name), 'utf8'));
  const manifest = (await artifact('manifest.json')) as {
    nodes: Record<string, ManifestNode>;
    exposures: Record<string, Pick<ManifestNode, 'depends_on'>>;
  };
  const models = Object.entries(manifest.nodes).filter(([id]) => id.startsWith('model.'));
  const catalog = (await artifact('catalog.json')) as { nodes: Record<string, unknown> };
  expect(Object.keys(catalog.nodes).sort()).toEqual(models.map(([id]) => id).sort());
  const undescribed = models.flatMap(([id, { description, columns }]) => [
    ...(/Grain: \S/.test(description) ? [] : [`${id}: no grain`]),
    ...Object.values(columns)
      .filter((column) => column.description === '')
      .map((column) => `${id}.${column.name}`),
  ]);
  expect(undescribed).toEqual([]);
  const untested = models.map(([id]) => id).filter((id) => !tested(manifest.nodes).has(id));
  expect(untested).toEqual(['model.beatflow.wide_streams']);
  const built = join(folder, 'target', 'static_index.html');
  expect((await stat(built)).size).toBeGreaterThan(1_000_000);
  const kept = join(import.meta.dirname, '..', '..', '.beatflow', 'artifacts', 'dbt-docs');
  await mkdir(kept, { recursive: true });
  await copyFile(built, join(kept, 'index.html'));
  // The page may read every mart and nothing else; Looker reads what is there to be explored.
  const readBy = (name: string) =>
    manifest.exposures[`exposure.beatflow.${name}`]?.depends_on.nodes.toSorted();
  const inMarts = models.filter(([, { schema }]) => schema === 'marts').map(([id]) => id);
  expect(inMarts.length).toBeGreaterThan(20);
  expect(readBy('dashboard')).toEqual(inMarts.sort());
  expect(readBy('looker_studio')).toEqual(['model.beatflow.dim_users', 'model.beatflow.wide_streams']);
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

test('songs have the day of release of the newest catalogue that lists them, streamed or not', async () => {
  const streamed = new Map(events.listen_events.map((event) => [songOf(event), event.song]));
  const listed = new Map(catalogueSongs.map(({ trackId, releasedAt }) => [trackId, releasedAt]));
  expect(listed.size).toBe(450);
  const spelled = new Map(catalogueSongs.map(({ trackId, song }) => [trackId, song]));
  const expected = [...new Set([...streamed.keys(), ...listed.keys()])].sort().map((key) => {
    const releasedAt = listed.get(key);
    return {
      song_key: key,
      song: streamed.get(key) ?? spelled.get(key),
      release_date: releasedAt ? new Date(releasedAt).toISOString().slice(0, 10) : null,
      in_catalogue: listed.has(key),
      streamed: streamed.has(key),
    };
  });
  expect(expected.filter(({ in_catalogue }) => !in_catalogue).length).toBeGreaterThan(0);
  expect(expected.filter((song) => !song.streamed).length).toBeGreaterThanOrEqual(50);
  expect(
    await query(
      `select song_key, song, cast(release_date as varchar) as release_date, in_catalogue,
         first_streamed_at is not null as streamed from core.dim_songs order by song_key`,
    ),
  ).toEqual(expected);
  expect(
    await query("select songs, first_streamed_at from core.dim_artists where artist = 'Artist 449'"),
  ).toEqual([{ songs: 0, first_streamed_at: null }]);
});

interface ManifestNode {
  readonly schema: string;
  readonly description: string;
  readonly columns: Record<string, { readonly name: string; readonly description: string }>;
  readonly depends_on: { readonly nodes: readonly string[] };
}

/** The models that a data test looks at. */
const tested = (nodes: Record<string, ManifestNode>) =>
  new Set(
    Object.entries(nodes)
      .filter(([id]) => id.startsWith('test.'))
      .flatMap(([, test]) => test.depends_on.nodes),
  );

test('the simulated listeners bring the cases that are easy to get wrong', async () => {
  const [cases] = await query(`select
    (select sum(churned_users) from marts.active_users_daily) as churned,
    (select sum(resurrected_users) from marts.active_users_daily) as resurrected,
    (select count(*) from marts.charts_songs_weekly where movement = 're-entry') as re_entries,
    (select count(*) from (select 1 from marts.charts_songs_weekly group by day, region, streams, listener_days having count(*) > 1)) as ties,
    (select count(*) from core.fct_sessions where cast(ended_at as date) > day) as sessions_over_midnight,
    (select count(*) from core.fct_sessions where extract(year from ended_at) > extract(year from started_at)) as sessions_over_new_year,
    (select count(*) from core.fct_streams where tag is null) as untagged,
    (select count(*) from (select 1 from core.dim_users group by user_id having count(*) > 2)) as users_with_three_versions,
    (select count(distinct year) from marts.wrapped_user_year) - 1 as further_years`);
  for (const [name, count] of Object.entries(cases ?? {}))
    expect({ name, there: Number(count) > 0 }).toEqual({ name, there: true });
});

/** What this test's own loads leave in the bookkeeping. */
const pipeline: Recalculation = [
  'marts.pipeline_topics',
  pipelineTopics,
  'topic, latest_event_at, committed_at, loaded_at, records, dead_letters',
  'topic',
];

test.each([...recalculations, pipeline])(
  '%s equals an independent calculation from the raw events',
  async (table, calculate, columns, order) => {
    const expected = calculate(events);
    expect(expected.length).toBeGreaterThan(2);
    const actual = await query(`select ${columns} from ${table} order by ${order}`);
    expect(actual.length).toBe(expected.length);
    expect(rounded(actual)).toEqual(rounded(expected));
  },
);
