import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readParams, resolvePeriod, rowsOf } from '../../runtime/dashboard/api/dataset-answer.ts';
import { datasets } from '../../runtime/dashboard/datasets/index.ts';
import { extentOf } from '../../runtime/dashboard/version/extent.ts';
import { DuckDbMartsVersion } from '../../runtime/warehouse/marts/duckdb-version.ts';
import type { Row } from '../../runtime/warehouse/marts/marts.ts';
import { publishMarts } from '../../runtime/warehouse/marts/publish.ts';
import { dbt } from '../dbt/dbt.ts';
import { simulateListeners } from '../dbt/listeners.ts';
import { rows as ask, loadRaw, withWarehouse } from '../dbt/warehouse.ts';

// Over New Year, so that there are two years to look back on.
const events = simulateListeners({
  seed: 3,
  users: 60,
  days: 40,
  start: Date.UTC(2025, 11, 10),
  sessionsPerDay: 0.3,
});
let folder: string;
let warehouse: string;
let version: DuckDbMartsVersion;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-built-marts-'));
  warehouse = join(folder, 'warehouse.duckdb');
  const marts = join(folder, 'marts');
  await loadRaw(warehouse, events);
  const { exitCode, output } = await dbt(folder, warehouse, ['run']);
  if (exitCode !== 0) throw new Error(output.slice(-2000));
  version = await DuckDbMartsVersion.open(marts, await publishMarts({ database: warehouse, marts }));
}, 600_000);

afterAll(async () => {
  version?.retire();
  await rm(folder, { recursive: true, force: true });
});

/** The rows of a dataset as the API would give them. */
async function answer(name: string, given: Record<string, unknown> = {}): Promise<readonly Row[]> {
  const dataset = datasets.find((candidate) => candidate.name === name);
  const extent = await extentOf(version);
  if (!dataset || !extent) throw new Error(`no dataset ${name}, or no days`);
  return rowsOf(dataset, resolvePeriod(dataset, readParams(dataset, given), extent), version);
}

const raw = (sql: string) => withWarehouse(warehouse, (connection) => ask(connection, sql));

/** Parameters that the marts of this test have something for. */
async function parametersOf(name: string): Promise<Record<string, unknown>> {
  if (name.startsWith('wrapped') && name !== 'wrapped-years') {
    const [one] = await raw(`select "userId" as "user" from raw.listen_events where ts < '2026-01-01'
      and "userId" is not null order by 1 limit 1`);
    return { user: String(one?.user), year: '2025' };
  }
  if (name === 'artist-of-song' || /^song(-days|-ranks)?$/.test(name)) {
    return { key: (await answer('top-songs'))[0]?.song_key };
  }
  if (/^artist(-days|-ranks|-songs)?$/.test(name))
    return { key: (await answer('top-artists'))[0]?.artist_key };
  return {};
}

test.each(datasets.map((dataset) => [dataset.name, dataset] as const))(
  '%s answers from the marts that dbt builds, in the form it declares',
  async (name, dataset) => {
    const got = await answer(name, await parametersOf(name));
    expect(got.length).toBeGreaterThan(0);
    for (const row of got) expect(dataset.row.strict().safeParse(row).error?.issues ?? []).toEqual([]);
  },
);

/** The events without those that were sent twice. */
const listens = `(
  select distinct on (tag, "sessionId", "itemInSession", ts) * from raw.listen_events
) as listens`;

test('the streams of all days are the events that there are', async () => {
  const [totals] = await answer('totals');
  const [expected] = await raw(`select count(*)::integer as streams from ${listens}`);
  expect(totals?.streams).toBe(expected?.streams);
  const byState = await answer('states');
  expect(byState.reduce((sum, { streams }) => sum + Number(streams), 0)).toBe(expected?.streams);
});

test('the look back of three listeners is what their events say', async () => {
  const listeners = await raw(
    `select "userId" as id, count(*)::integer as streams, count(distinct (artist, song))::integer as songs,
       round(sum(duration) / 60, 3) as minutes
     from ${listens} where ts < '2026-01-01' and "userId" is not null
     group by "userId" order by streams desc, id limit 3`,
  );
  expect(listeners).toHaveLength(3);
  for (const { id, streams, songs, minutes } of listeners) {
    const given = { user: String(id), year: '2025' };
    const [year] = await answer('wrapped', given);
    expect([year?.streams, year?.songs]).toEqual([streams, songs]);
    expect(Number(year?.minutes)).toBeCloseTo(Number(minutes), 2);
    const [first] = await raw(
      `select song, artist from ${listens} where "userId" = ${id} and ts < '2026-01-01' order by ts limit 1`,
    );
    expect([year?.first_song, year?.first_song_artist]).toEqual([first?.song, first?.artist]);
    const [top] = await raw(
      `select song, count(*)::integer as plays from ${listens}
       where "userId" = ${id} and ts < '2026-01-01' group by song, artist order by plays desc, min(ts) limit 1`,
    );
    const [topSong] = await answer('wrapped-songs', given);
    expect([topSong?.song, topSong?.streams]).toEqual([top?.song, top?.plays]);
  }
});
