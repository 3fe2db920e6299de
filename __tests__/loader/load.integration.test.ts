import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedCatalogue } from '../../runtime/generator/catalogue/catalogue.ts';
import { publishCatalogue, referenceCatalogue } from '../../runtime/generator/catalogue/reference.ts';
import { syntheticCatalogue } from '../../runtime/generator/catalogue/synthetic.ts';
import type { CommitRecord } from '../../runtime/lake/commit-record.ts';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';
import { commitPath, referencePath } from '../../runtime/lake/paths.ts';
import { installedTools } from '../../runtime/local/state-folder.ts';
import { SetupError } from '../../runtime/program/errors.ts';
import { openDuckDbFile, queryRows } from '../../runtime/warehouse/duckdb-file.ts';
import { DuckDbWarehouse } from '../../runtime/warehouse/raw/duckdb-warehouse.ts';
import type { HourRange } from '../../runtime/warehouse/raw/warehouse.ts';
import { listenEvent } from '../support/events.ts';
import { loadWarehouse } from '../support/load.ts';
import { SegmentWriter } from '../support/segments.ts';

const hour = 3_600_000;
const five = Date.UTC(2026, 10, 20, 5);

let folder: string;
let store: LocalDiskStore;
let segments: SegmentWriter;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-load-'));
  store = new LocalDiskStore(join(folder, 'lake'));
  segments = new SegmentWriter(store);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const runLoader = (range?: HourRange) =>
  loadWarehouse({ store, path: join(folder, 'w.duckdb'), lakeFolder: join(folder, 'lake'), range });

async function query<Row>(sql: string): Promise<Row[]> {
  const file = await openDuckDbFile(join(folder, 'w.duckdb'));
  try {
    return await queryRows<Row>(file.connection, sql);
  } finally {
    file.close();
  }
}

const rowsByHour = async () =>
  Object.fromEntries(
    (
      await query<{ hour: number; rows: bigint }>(
        `select extract(hour from ts)::int as hour, count(*) as rows from raw.listen_events group by all order by all`,
      )
    ).map(({ hour: of, rows }) => [of, Number(rows)]),
  );
const content = () => query('select * from raw.listen_events order by "kafkaPartition", "kafkaOffset"');

test('rows have every field of their events and the coordinates of their records', async () => {
  await segments.commit([five, five + 1]);
  expect(await runLoader()).toMatchObject({ commits: 1, hours: 1, files: 1, rows: 2, refused: [] });
  const rows = await query<Record<string, unknown>>('select * from raw.listen_events order by "kafkaOffset"');
  const { userId, sessionId, ts, registration, ...rest } = listenEvent();
  expect(rows[1]).toMatchObject({
    ...rest,
    ts: new Date(five + 1),
    registration: new Date(registration as number),
    userId: BigInt(userId as number),
    sessionId: 1n,
    kafkaPartition: 0,
    kafkaOffset: 1n,
    kafkaTimestamp: new Date(five),
  });
});

test('loading again changes nothing, and a person may load any hour again', async () => {
  await segments.commit([five, five + 1, five + hour]);
  await runLoader();
  const before = await content();
  expect(await runLoader()).toMatchObject({ commits: 0, hours: 0, rows: 0 });
  expect(await runLoader({ since: five, until: five + hour })).toMatchObject({ hours: 1, rows: 2 });
  expect(await runLoader({ since: five })).toMatchObject({ hours: 2, rows: 3 });
  expect(await content()).toEqual(before);
});

test('a late event reloads its hour whole from all its files, and no other', async () => {
  await segments.commit([five, five + hour]);
  await runLoader();
  await segments.commit([five + 2, five + 2 * hour]);
  expect(await runLoader()).toMatchObject({ commits: 1, hours: 2, files: 3, rows: 3 });
  expect(await rowsByHour()).toEqual({ 5: 2, 6: 1, 7: 1 });
});

test('each load of an hour leaves an audit row with what was counted', async () => {
  await segments.commit([five, five + 1, five + hour]);
  const { run } = await runLoader();
  const audit = await query(
    'select topic, extract(hour from hour)::int as hour, run, files, rows from raw.load_audit order by hour',
  );
  expect(audit).toEqual([
    { topic: 'listen_events', hour: 5, run, files: 1n, rows: 2n },
    { topic: 'listen_events', hour: 6, run, files: 1n, rows: 1n },
  ]);
});

describe('reference data', () => {
  const day = Math.floor(five / 86_400_000);
  const { tracks } = syntheticCatalogue({ seed: 1, startDay: day, size: 50 });
  const songs = () =>
    query<Record<string, unknown>>('select * from raw.songs order by "trackId", "catalogueAt"');

  test('the songs of a catalogue are loaded once, with all that it says of them', async () => {
    const catalogue = referenceCatalogue(fixedCatalogue(tracks, []), day);
    expect(await publishCatalogue(catalogue, store)).toBe('created');
    expect(await publishCatalogue(catalogue, store)).toBe('exists');
    expect(await runLoader()).toMatchObject({ reference: { songs: 50 } });
    expect(await songs()).toEqual(
      tracks.map((track) => ({
        trackId: track.trackId,
        song: track.title,
        artist: track.artist,
        duration: track.durationSeconds,
        releasedAt: new Date((track.releaseDay as number) * 86_400_000),
        catalogueAt: new Date(day * 86_400_000),
        source: catalogue.source,
      })),
    );
    expect(await runLoader()).toMatchObject({ reference: { songs: 0 } });
    expect(await songs()).toHaveLength(50);
  });

  test('a dry run tells the hours and the reference data that are due, and loads nothing', async () => {
    await publishCatalogue(referenceCatalogue(fixedCatalogue(tracks, []), day), store);
    await segments.commit([five, five + 1, five + hour]);
    const { avroExtension } = await installedTools();
    const dryRun = () => {
      const { status, stdout } = spawnSync(process.execPath, ['runtime/cli.ts', 'load', '--dry-run'], {
        encoding: 'utf8',
        timeout: 280_000,
        env: {
          ...process.env,
          BEATFLOW_LAKE: join(folder, 'lake'),
          BEATFLOW_DUCKDB_PATH: join(folder, 'w.duckdb'),
          BEATFLOW_DUCKDB_AVRO_EXTENSION: avroExtension,
        },
      });
      expect(status).toBe(0);
      const lines = stdout.split('\n').filter((line) => line !== '' && !line.includes('"severity"'));
      return lines.map((line) => JSON.parse(line) as unknown);
    };
    const due = [
      { topic: 'listen_events', hour: '2026-11-20T05', files: 1, rows: 2 },
      { topic: 'listen_events', hour: '2026-11-20T06', files: 1, rows: 1 },
      { table: 'songs', files: 1, rows: 50 },
    ];
    expect(dryRun()).toEqual(due);
    expect(dryRun()).toEqual(due);
    expect(await readdir(folder)).toEqual(['lake']);
    expect(await runLoader()).toMatchObject({ hours: 2, reference: { songs: 50 } });
    expect(dryRun()).toEqual([]);
  });

  test('a further catalogue adds its songs, of which a day of release may be unknown', async () => {
    await publishCatalogue(referenceCatalogue(fixedCatalogue(tracks, []), day), store);
    await runLoader();
    const [{ releaseDay: _, ...first } = { trackId: '', artist: '', title: '', durationSeconds: 1 }] = tracks;
    await publishCatalogue(referenceCatalogue(fixedCatalogue([first], []), day + 1), store);
    expect(await runLoader()).toMatchObject({ reference: { songs: 51 } });
    expect((await songs()).filter(({ trackId }) => trackId === first.trackId)).toMatchObject([
      { catalogueAt: new Date(day * 86_400_000), releasedAt: expect.any(Date) },
      { catalogueAt: new Date((day + 1) * 86_400_000), releasedAt: null },
    ]);
  });

  test.each([
    [
      'of another source',
      (lines: string) => lines.replaceAll(/"source":"[^"]+"/g, '"source":"other"'),
      /no reference data/,
    ],
    ['cut short', (lines: string) => lines.slice(0, -10), /no reference data/],
    ['without a title', (lines: string) => lines.replace(/"song":"[^"]+"/, '"song":null'), /NOT NULL/],
    [
      'with two lines in one',
      (lines: string) => lines.replace('}\n{', '}\n\n{'),
      /hold 101 rows, the table got 100/,
    ],
  ])(
    'an object %s fails the run after its hours are loaded, and leaves the songs that were there',
    async (_, spoil, reason) => {
      await publishCatalogue(referenceCatalogue(fixedCatalogue(tracks, []), day), store);
      await runLoader();
      const before = await songs();
      const { source, lines } = referenceCatalogue(fixedCatalogue(tracks, []), day + 1);
      const spoilt = spoil(lines);
      expect(spoilt).not.toBe(lines);
      await publishCatalogue({ source, lines: spoilt }, store);
      await segments.commit([five]);
      await expect(runLoader()).rejects.toThrow(reason);
      expect(await songs()).toEqual(before);
      expect(await rowsByHour()).toEqual({ 5: 1 });
      await store.delete(referencePath('songs', source));
      expect(await runLoader()).toMatchObject({ reference: { songs: 0 } });
    },
  );
});

const recordPath = ({ log, topic, partition, startOffset }: CommitRecord) =>
  join(folder, 'lake', commitPath(log, topic, partition, startOffset));

test('a gap between commit records stops the loader before it loads past it', async () => {
  await segments.commit([five]);
  const gone = await segments.commit([five]);
  await segments.commit([five + hour]);
  await rm(recordPath(gone));
  await expect(runLoader()).rejects.toThrow(/starts at 2, the record before it ends at 1/);
  await expect(runLoader()).rejects.toBeInstanceOf(SetupError);
});

test('a second loader is told that the warehouse is in use', async () => {
  await segments.commit([five]);
  const { avroExtension } = await installedTools();
  const props = { path: join(folder, 'w.duckdb'), lakeFolder: join(folder, 'lake'), avroExtension };
  const first = await DuckDbWarehouse.open(props);
  const { status, stderr } = spawnSync(process.execPath, ['runtime/cli.ts', 'load'], {
    encoding: 'utf8',
    env: { ...process.env, BEATFLOW_LAKE: props.lakeFolder, BEATFLOW_DUCKDB_PATH: props.path },
  });
  await first.close();
  expect(status).toBe(2);
  expect(stderr).toContain('is open in another process');
});
