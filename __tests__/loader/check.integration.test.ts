import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedCatalogue } from '../../runtime/generator/catalogue/catalogue.ts';
import { publishCatalogue, referenceCatalogue } from '../../runtime/generator/catalogue/reference.ts';
import { syntheticCatalogue } from '../../runtime/generator/catalogue/synthetic.ts';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';
import { type CheckProps, checkWarehouse, faultOf } from '../../runtime/loader/check.ts';
import { load } from '../../runtime/loader/load.ts';
import { installedTools } from '../../runtime/local/state-folder.ts';
import { openDuckDbFile } from '../../runtime/warehouse/duckdb-file.ts';
import { DuckDbWarehouse } from '../../runtime/warehouse/raw/duckdb-warehouse.ts';
import type { Warehouse } from '../../runtime/warehouse/raw/warehouse.ts';
import { bigQueryWarehouse, FakeBigQuery } from '../support/fake-bigquery.ts';
import { silentLogger } from '../support/pipeline.ts';
import { SegmentWriter } from '../support/segments.ts';

const hour = 3_600_000;
const five = Date.UTC(2026, 10, 20, 5);

let folder: string;
let store: LocalDiskStore;
let segments: SegmentWriter;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-check-'));
  store = new LocalDiskStore(join(folder, 'lake'));
  segments = new SegmentWriter(store);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const duckDbPath = () => join(folder, 'w.duckdb');

async function inDuckDb<T>(use: (warehouse: Warehouse) => Promise<T>): Promise<T> {
  const { avroExtension } = await installedTools();
  const lakeFolder = join(folder, 'lake');
  const warehouse = await DuckDbWarehouse.open({ path: duckDbPath(), lakeFolder, avroExtension });
  try {
    return await use(warehouse);
  } finally {
    await warehouse.close();
  }
}

async function changeDuckDb(sql: string): Promise<void> {
  const { connection, close } = await openDuckDbFile(duckDbPath());
  await connection.run(sql);
  close();
}

const loadInto = (warehouse: Warehouse) =>
  load({
    store,
    warehouse,
    range: undefined,
    maxHours: 500,
    logger: silentLogger,
    progress: () => undefined,
  });
const checkIn = (warehouse: Warehouse, changes: Partial<CheckProps> = {}) =>
  checkWarehouse({ store, warehouse, range: undefined, clock: () => five, ...changes });

describe.each(['DuckDB', 'BigQuery'])('in %s', (kind) => {
  let bigquery: FakeBigQuery | undefined;
  beforeEach(async () => {
    bigquery = kind === 'BigQuery' ? await FakeBigQuery.start(join(folder, 'lake')) : undefined;
  });
  afterEach(() => bigquery?.stop());

  const using = <T>(use: (warehouse: Warehouse) => Promise<T>): Promise<T> =>
    bigquery ? use(bigQueryWarehouse(bigquery)) : inDuckDb(use);
  const change = async (sql: string) => {
    if (bigquery) await bigquery.query(sql);
    else await changeDuckDb(sql);
  };

  test('what was loaded is right', async () => {
    await segments.commit([five, five + 1, five + hour]);
    await using(loadInto);
    expect(await using(checkIn)).toEqual({ hours: 2, rows: 3, wrong: [], waiting: 0, unseen: 0 });
  });

  test('rows that are gone or too many are found, in the hours that were asked for', async () => {
    await segments.commit([five, five + 1, five + hour]);
    await using(loadInto);
    await change(`delete from raw.listen_events where "kafkaOffset" = 0`);
    await change(
      `insert into raw.listen_events select * replace (99 as "kafkaOffset") from raw.listen_events where "kafkaOffset" = 2`,
    );
    const report = await using(checkIn);
    expect(report.wrong).toEqual([
      { topic: 'listen_events', hour: '2026-11-20T05', expected: 2, rows: 1 },
      { topic: 'listen_events', hour: '2026-11-20T06', expected: 1, rows: 2 },
    ]);
    expect(faultOf(report)).toMatch(/--since and --until:\n.*T05: its files hold 2 rows, got 1\n/);
    const later = await using((warehouse) => checkIn(warehouse, { range: { since: five + hour } }));
    expect(later.wrong.map(({ hour: of }) => of)).toEqual(['2026-11-20T06']);
  });

  test('a commit record that no load took up is a fault once it is old', async () => {
    await segments.commit([five]);
    await using(loadInto);
    await segments.commit([five + 1]);
    const young = await using((warehouse) => checkIn(warehouse, { clock: () => five + 2 * hour }));
    expect(young).toMatchObject({ unseen: 0 });
    expect(faultOf(young)).toBeUndefined();
    const old = await using((warehouse) => checkIn(warehouse, { clock: () => five + 4 * hour }));
    expect(old).toMatchObject({ unseen: 1 });
    expect(faultOf(old)).toMatch(/1 commit records are older than 90 minutes/);
  });
});

test('without a range the last two days of event time are counted', async () => {
  await segments.commit([five - 60 * hour, five]);
  await inDuckDb(loadInto);
  expect(await inDuckDb(checkIn)).toMatchObject({ hours: 1, rows: 1 });
  expect(await inDuckDb((warehouse) => checkIn(warehouse, { range: {} }))).toMatchObject({ hours: 2 });
});

describe('from the command line', () => {
  const beatflow = async (...args: string[]) => {
    const { avroExtension } = await installedTools();
    return spawnSync(process.execPath, ['runtime/cli.ts', 'load', ...args], {
      encoding: 'utf8',
      timeout: 280_000,
      env: {
        PATH: process.env.PATH ?? '',
        BEATFLOW_LAKE: join(folder, 'lake'),
        BEATFLOW_DUCKDB_PATH: duckDbPath(),
        BEATFLOW_DUCKDB_AVRO_EXTENSION: avroExtension,
      },
    });
  };

  test('a check exits 0 where all is right and 2 where it is not, naming the hour', async () => {
    await segments.commit([five]);
    expect((await beatflow()).status).toBe(0);
    const right = await beatflow('--check', '--since', '2026-11-20T05', '--until', '2026-11-20T06');
    expect(right).toMatchObject({ status: 0, stdout: expect.stringContaining('"rows":1') });
    await changeDuckDb('delete from raw.listen_events');
    const wrong = await beatflow('--check');
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toContain('listen_events 2026-11-20T05: its files hold 1 rows, got 0');
  });

  test('reference data alone is loaded whole, changed or not, and no hour with it', async () => {
    await segments.commit([five]);
    const { tracks } = syntheticCatalogue({ seed: 1, startDay: 20_000, size: 7 });
    await publishCatalogue(referenceCatalogue(fixedCatalogue(tracks, []), 20_000), store);
    for (let time = 0; time < 2; time++) {
      const said = await beatflow('--reference-data');
      expect(said).toMatchObject({ status: 0, stdout: expect.stringContaining('"songs":7') });
    }
    expect(await inDuckDb(checkIn)).toMatchObject({ hours: 0, rows: 0 });
    const both = await beatflow('--reference-data', '--since', '2026-11-20T05');
    expect(both.status).not.toBe(0);
    expect(both.stderr).toContain("cannot be used with option '--since");
  });
});
