import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLogger } from '../../../runtime/program/logger.ts';
import { readPointer, versionFolder } from '../../../runtime/warehouse/marts/files.ts';
import { layoutOf } from '../../../runtime/warehouse/marts/layout.ts';
import { type MartsWarehouse, namedQuery } from '../../../runtime/warehouse/marts/marts.ts';
import { keptVersions, publishMarts } from '../../../runtime/warehouse/marts/publish.ts';
import { openMarts } from '../../../runtime/warehouse/marts/store.ts';
import { MartsFixture, smallFixture } from '../../dashboard/marts-fixture.ts';
import { eventually } from '../../support/eventually.ts';

const tiny = { ...smallFixture, days: 3, songs: 2, statesOf: ['CA'] };
const silent = createLogger('test', { write: () => undefined });
const days = namedQuery('days', 'select count(*) as days, max(day) as last_day from marts.activity_daily');
const hours = namedQuery('hours', 'select max(hour) as hour from marts.activity_hourly');

let fixture: MartsFixture;
let opened: MartsWarehouse | undefined;

const open = async () => {
  opened = await openMarts({ marts: fixture.marts, logger: silent, pollMilliseconds: 5 });
  return opened;
};

beforeEach(async () => {
  fixture = await MartsFixture.create();
});

afterEach(async () => {
  await opened?.close();
  opened = undefined;
  await fixture.remove();
});

test('what is published is what the database holds', async () => {
  await fixture.publish(tiny);
  const pointer = await publishMarts({
    database: fixture.database,
    marts: fixture.marts,
    now: Date.parse('2026-04-01T00:00:07Z'),
  });
  expect(pointer.version).toMatch(/^20260401T000007Z-[0-9a-f]{4}$/);
  expect(pointer.publishedAt).toBe('2026-04-01T00:00:07.000Z');
  expect(pointer.marts).toMatchObject({
    activity_daily: { rows: 3 },
    activity_hourly: { rows: 72 },
    artist_popularity_daily: { rows: 6 },
    listeners_by_segment_daily: { rows: 12 },
    song_popularity_daily: { rows: 6 },
  });
  expect(await readPointer(fixture.marts)).toEqual(pointer);

  const marts = await open();
  const [row] = await marts.read((version) => version.query(days, {}));
  expect(row).toEqual({ days: 3, last_day: '2026-03-31' });
  const [last] = await marts.read((version) => version.query(hours, {}));
  expect(last).toEqual({ hour: '2026-03-31T23:00:00.000Z' });
});

test('a reader keeps its version while another is published, and the next reader gets that one', async () => {
  const first = await fixture.publish(tiny);
  const marts = await open();
  const seen: string[] = [];
  marts.onChange(({ version }) => seen.push(version));
  let second = first;
  const kept = await marts.read(async (version) => {
    second = await fixture.publish({ ...tiny, days: 4 });
    await eventually('the marts are there', () => marts.pointer?.version === second.version);
    return version.query(days, {});
  });
  expect(kept[0]?.days).toBe(3);
  expect((await marts.read((version) => version.query(days, {})))[0]?.days).toBe(4);
  expect(seen).toEqual([second.version]);
});

test('every mart that has a layout lies in its order', async () => {
  const { version, marts } = await fixture.publish({ ...tiny, days: 40, songs: 3 });
  const folder = versionFolder(fixture.marts, version);
  expect((await readdir(folder)).sort()).toEqual(Object.keys(marts).map((mart) => `${mart}.parquet`));
  const inOrder = async (mart: string, key: string): Promise<unknown> => {
    const [row] = await fixture.ask(
      `select list(${key} order by file_row_number) = list(${key} order by ${key}) as sorted
       from read_parquet('${join(folder, mart)}.parquet', file_row_number = true)`,
    );
    return row?.sorted;
  };
  const ordered = Object.keys(marts).filter((mart) => layoutOf(mart));
  expect(ordered).toEqual(expect.arrayContaining(['charts_songs_daily', 'song_running_totals_daily']));
  for (const mart of ordered) {
    const key = `(${layoutOf(mart)?.order_by.join(', ')})`;
    expect({ mart, key, inOrder: await inOrder(mart, key) }).toEqual({ mart, key, inOrder: true });
  }
  expect(await inOrder('song_popularity_daily', 'day')).toBe(false);
});

test('only the last versions stay, and nothing unfinished', async () => {
  await fixture.publish(tiny);
  const versions: string[] = [];
  for (let build = 0; build < keptVersions + 2; build += 1) {
    // Later than the fixture's, whose names tell the time of day.
    const now = Date.now() + (build + 1) * 60_000;
    const pointer = await publishMarts({ database: fixture.database, marts: fixture.marts, now });
    versions.push(pointer.version);
  }
  expect((await readdir(join(fixture.marts, 'versions'))).sort()).toEqual(versions.slice(-keptVersions));
  expect(await readdir(fixture.marts)).toEqual(['current.json', 'versions']);
});

test('marts appear when they are published; before that a reader is told that there are none', async () => {
  const marts = await open();
  expect(marts.pointer).toBeUndefined();
  await expect(marts.read((version) => version.query(days, {}))).rejects.toMatchObject({ code: 'no_data' });
  const pointer = await fixture.publish(tiny);
  await eventually('the marts are there', () => marts.pointer?.version === pointer.version);
});

/** Swaps the pointer whole, as the publisher does: a reader must not see half of it. */
async function swapPointer(content: string): Promise<void> {
  const staged = join(fixture.folder, 'pointer.json');
  await writeFile(staged, content);
  await rename(staged, join(fixture.marts, 'current.json'));
}

test('a pointer that is none, and a version with a broken file, leave the last good version in place', async () => {
  const good = await fixture.publish(tiny);
  const marts = await open();
  await swapPointer('{"version": "../../etc"}');
  await eventually('the fault is told', () => marts.fault !== undefined);
  expect(marts.fault).toContain('current.json is not a pointer to published marts');
  expect(marts.pointer).toEqual(good);
  const next = await fixture.publish({ ...tiny, days: 5 });
  await eventually('the marts are there', () => marts.pointer?.version === next.version);
  await eventually('the fault is over', () => marts.fault === undefined);

  const broken = await publishMarts({ database: fixture.database, marts: join(fixture.folder, 'elsewhere') });
  await swapPointer(JSON.stringify(broken));
  await eventually('the fault is told', () => marts.fault !== undefined);
  expect((await marts.read((version) => version.query(days, {})))[0]?.days).toBe(5);
});

test('a query of a mart that the version lacks says which', async () => {
  await fixture.publish(tiny);
  const marts = await open();
  const query = namedQuery('other', 'select * from marts.not_there');
  await expect(marts.read((version) => version.query(query, {}))).rejects.toMatchObject({
    code: 'mart_missing',
    message: expect.stringContaining('not_there'),
  });
});

test('a version can read its own folder and nothing else, and cannot be told otherwise', async () => {
  await fixture.publish(tiny);
  const marts = await open();
  const outside = join(fixture.folder, 'secret.csv');
  await writeFile(outside, 'a\n1\n');
  const attempt = (text: string) =>
    marts.read((version) => version.query({ name: 'attempt', marts: [], text }, {}));
  await expect(attempt(`select * from read_csv('${outside}')`)).rejects.toThrow(/disabled|Permission/);
  await expect(attempt('set enable_external_access = true')).rejects.toThrow(/lock|Cannot/);
  await expect(attempt(`copy (select 1) to '${outside}'`)).rejects.toThrow(/disabled|Permission/);
});

test('a database that is not there, is being written, or has no marts is a setup error that says what to do', async () => {
  const props = { database: fixture.database, marts: fixture.marts };
  await expect(publishMarts(props)).rejects.toMatchObject({ code: 'marts_unreadable' });
  await fixture.run(['create schema marts', 'create table t (a int)']);
  await expect(publishMarts(props)).rejects.toMatchObject({
    code: 'marts_unreadable',
    message: expect.stringContaining('build them with dbt first'),
  });
  await rm(fixture.database);
  await writeFile(fixture.database, 'not a database');
  await expect(publishMarts(props)).rejects.toMatchObject({ code: 'marts_unreadable' });
  expect(await readPointer(fixture.marts)).toBeUndefined();
});
