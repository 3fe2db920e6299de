import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedCatalogue } from '../../runtime/generator/catalogue/catalogue.ts';
import { publishCatalogue, referenceCatalogue } from '../../runtime/generator/catalogue/reference.ts';
import { syntheticCatalogue } from '../../runtime/generator/catalogue/synthetic.ts';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';
import type { LoaderConfig } from '../../runtime/loader/config.ts';
import { plan, runLoader } from '../../runtime/loader/main.ts';
import { openWarehouse } from '../../runtime/loader/open-warehouse.ts';
import { installedTools } from '../../runtime/local/state-folder.ts';
import { openDuckDbFile } from '../../runtime/warehouse/duckdb-file.ts';
import { bigQueryWarehouse, FakeBigQuery } from '../support/fake-bigquery.ts';
import { silentLogger } from '../support/pipeline.ts';
import { SegmentWriter } from '../support/segments.ts';

const hour = 3_600_000;
const five = Date.UTC(2026, 10, 20, 5);
const dueHour = (of: number) => ({ topic: 'listen_events', hour: `2026-11-20T0${of}`, files: 1, rows: 1 });

let folder: string;
let lake: string;
let segments: SegmentWriter;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-dry-run-'));
  lake = join(folder, 'lake');
  segments = new SegmentWriter(new LocalDiskStore(lake));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function publishSongs(): Promise<void> {
  const { tracks } = syntheticCatalogue({ seed: 1, startDay: 20_000, size: 7 });
  await publishCatalogue(referenceCatalogue(fixedCatalogue(tracks, []), 20_000), new LocalDiskStore(lake));
}
const dueSongs = { table: 'songs', files: 1, rows: 7 };
const context = { logger: silentLogger, stop: new AbortController().signal };

describe('of BigQuery', () => {
  let bigquery: FakeBigQuery;
  beforeEach(async () => {
    bigquery = await FakeBigQuery.start(lake);
  });
  afterEach(() => bigquery.stop());
  const planOf = (maxHours = 500, range?: { since: number }) => {
    const config: LoaderConfig = {
      kind: 'bigquery',
      warehouse: 'bigquery',
      lake,
      maxHours,
      project: 'test-project',
      location: 'EU',
      datasetPrefix: 'dev',
    };
    return plan(config, { ...context, open: async () => bigQueryWarehouse(bigquery) }, range);
  };

  test('what is due is told, as often as one asks, and no job is run', async () => {
    await segments.commit([five, five + hour]);
    await publishSongs();
    expect(await planOf()).toEqual([dueHour(5), dueHour(6), dueSongs]);
    expect(await planOf()).toEqual([dueHour(5), dueHour(6), dueSongs]);
    expect(await planOf(500, { since: five + hour })).toEqual([dueHour(6), dueSongs]);
    expect(bigquery.requests).toEqual([]);
    expect(await bigquery.query('select count(*)::int as n from raw.lake_commits')).toEqual([{ n: 0 }]);
  });

  test('it tells no more than a run would load, of a run and of a day', async () => {
    await segments.commit([five, five + hour, five + 2 * hour]);
    expect(await planOf(2)).toEqual([dueHour(5), dueHour(6)]);
    await bigquery.query(
      `insert into raw.load_audit select 'listen_events', timestamp '2026-01-01', 'r', 1, 1, now()::timestamp, now()::timestamp from range(999)`,
    );
    expect(await planOf(2)).toEqual([dueHour(5)]);
  });
});

describe('of DuckDB', () => {
  const path = () => join(folder, 'w.duckdb');
  const configOf = async (): Promise<LoaderConfig> => {
    const { avroExtension } = await installedTools();
    return { kind: 'duckdb', warehouse: 'duckdb', lake, duckDbPath: path(), avroExtension };
  };
  const hashOf = async () =>
    createHash('sha256')
      .update(await readFile(path()))
      .digest('hex');

  test('a file that is there is not changed, though it lacks a table', async () => {
    await segments.commit([five]);
    await publishSongs();
    await runLoader(await configOf(), context, undefined);
    await segments.commit([five + hour]);
    const { connection, close } = await openDuckDbFile(path());
    await connection.run('drop table raw.songs');
    close();
    const before = await hashOf();
    expect(await plan(await configOf(), context, undefined)).toEqual([dueHour(6), dueSongs]);
    expect(await hashOf()).toBe(before);
  });

  test('what is opened to be read cannot be loaded into', async () => {
    await segments.commit([five]);
    await runLoader(await configOf(), context, undefined);
    const warehouse = await openWarehouse(await configOf(), silentLogger, { toRead: true });
    try {
      const hours = await warehouse.hoursBetween({});
      expect(hours).toHaveLength(1);
      await expect(warehouse.replaceHours(hours, 'run')).rejects.toThrow();
    } finally {
      await warehouse.close();
    }
  });
});
