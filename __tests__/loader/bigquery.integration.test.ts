import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bigqueryColumns } from '../../runtime/contract/bigquery.ts';
import { referenceTables } from '../../runtime/contract/reference-tables.ts';
import { fixedCatalogue } from '../../runtime/generator/catalogue/catalogue.ts';
import { publishCatalogue, referenceCatalogue } from '../../runtime/generator/catalogue/reference.ts';
import { syntheticCatalogue } from '../../runtime/generator/catalogue/synthetic.ts';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';
import { commitPath, dataFilePath } from '../../runtime/lake/paths.ts';
import { type LoadSummary, load } from '../../runtime/loader/load.ts';
import { installedTools } from '../../runtime/local/state-folder.ts';
import { createLogger } from '../../runtime/program/logger.ts';
import { openDuckDbFile, queryRows } from '../../runtime/warehouse/duckdb-file.ts';
import { DuckDbWarehouse } from '../../runtime/warehouse/raw/duckdb-warehouse.ts';
import type { HourRange, RegisteredCommit, Warehouse } from '../../runtime/warehouse/raw/warehouse.ts';
import { bigQueryWarehouse, FakeBigQuery } from '../support/fake-bigquery.ts';
import { silentLogger } from '../support/pipeline.ts';
import { SegmentWriter } from '../support/segments.ts';

const hour = 3_600_000;
const five = Date.UTC(2026, 10, 20, 5);

let folder: string;
let store: LocalDiskStore;
let segments: SegmentWriter;
let bigquery: FakeBigQuery;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-bigquery-'));
  store = new LocalDiskStore(folder);
  segments = new SegmentWriter(store);
  bigquery = await FakeBigQuery.start(folder);
});
afterEach(async () => {
  await bigquery.stop();
  await rm(folder, { recursive: true, force: true });
});

const warehouse = () => bigQueryWarehouse(bigquery);

const runLoader = (range?: HourRange, into: Warehouse = warehouse(), maxHours = 500): Promise<LoadSummary> =>
  load({ store, warehouse: into, range, maxHours, logger: silentLogger, progress: () => undefined });

/** Commit records of one chain as long as real ones are, each with a file for each of some hours. */
function manyCommits({ records, filesEach }: { records: number; filesEach: number }): RegisteredCommit[] {
  const log = 'aZ09bY18cX27dW36eV45fU-g1';
  return Array.from({ length: records }, (_, index) => {
    const startOffset = index * 1000;
    const recordPath = commitPath(log, 'status_change_events', 0, startOffset);
    return {
      commit: {
        log,
        topic: 'status_change_events',
        partition: 0,
        startOffset,
        nextOffset: startOffset + 1000,
        records: filesEach,
        deadLetters: 0,
        committedAt: five,
        recordPath,
      },
      files: Array.from({ length: filesEach }, (_, at) => ({
        topic: 'status_change_events',
        hour: five + at * hour,
        path: dataFilePath({
          topic: 'status_change_events',
          partition: 0,
          startOffset,
          hour: five + at * hour,
          fingerprint: '0123456789abcdef',
          run: '89abcdef',
        }),
        recordPath,
        records: 1,
        bytes: 1_000_000,
        fingerprint: '0123456789abcdef',
        sha256: 'f'.repeat(64),
        loadedAt: null,
      })),
    };
  });
}

const rowsByHour = async () =>
  Object.fromEntries(
    (
      await bigquery.query<{ hour: number; rows: bigint }>(
        'select extract(hour from ts)::int as hour, count(*) as rows from raw.listen_events group by all order by all',
      )
    ).map(({ hour: of, rows }) => [of, Number(rows)]),
  );
const loadJobs = () => bigquery.requests.filter(({ configuration }) => configuration.load);

test('an hour is one load job into its partition, from explicit files, with nothing left to guess', async () => {
  const record = await segments.commit([five, five + 1]);
  expect(await runLoader()).toMatchObject({ commits: 1, hours: 1, files: 1, rows: 2, refused: [] });
  // Field by field as https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#JobConfigurationLoad has them.
  expect(loadJobs().map(({ configuration }) => configuration.load)).toEqual([
    {
      sourceUris: [`gs://lake/${record.files[0]?.path}`],
      sourceFormat: 'AVRO',
      useAvroLogicalTypes: true,
      destinationTable: {
        projectId: 'test-project',
        datasetId: 'dev_raw',
        tableId: 'listen_events$2026112005',
      },
      createDisposition: 'CREATE_NEVER',
      writeDisposition: 'WRITE_TRUNCATE',
      maxBadRecords: 0,
      autodetect: false,
    },
  ]);
  expect(loadJobs()[0]?.jobReference).toMatchObject({
    projectId: 'test-project',
    location: 'EU',
    jobId: expect.stringMatching(/^beatflow_load_listen_events_2026112005_[0-9a-f]{24}_a1$/),
  });
});

test('loading again loads nothing, a late file reloads its hour whole, a person reloads any hour', async () => {
  await segments.commit([five, five + hour]);
  await runLoader();
  expect(await runLoader()).toMatchObject({ commits: 0, hours: 0 });
  expect(loadJobs()).toHaveLength(2);
  await segments.commit([five + 2]);
  expect(await runLoader()).toMatchObject({ commits: 1, hours: 1, files: 2, rows: 2 });
  expect(await runLoader({ since: five, until: five + hour })).toMatchObject({ hours: 1, rows: 2 });
  expect(loadJobs()).toHaveLength(4);
  expect(await rowsByHour()).toEqual({ 5: 2, 6: 1 });
});

test('a run that broke off between load and audit is continued by the next without a second load', async () => {
  await segments.commit([five]);
  bigquery.faults.push({ jobIdPart: 'beatflow_audit', kind: 'invalid' });
  bigquery.faults.push({ jobIdPart: 'beatflow_audit', kind: 'invalid' });
  expect((await runLoader()).refused).toHaveLength(1);
  expect(await runLoader()).toMatchObject({ commits: 0, hours: 1, rows: 1, refused: [] });
  expect(loadJobs()).toHaveLength(1);
  expect(await rowsByHour()).toEqual({ 5: 1 });
});

test('a lost answer to a load or to bookkeeping runs neither twice', async () => {
  await segments.commit([five]);
  bigquery.faults.push({ jobIdPart: 'beatflow_load', kind: 'lost response' });
  bigquery.faults.push({ jobIdPart: 'beatflow_register', kind: 'lost response' });
  bigquery.faults.push({ jobIdPart: 'beatflow_audit', kind: 'lost response' });
  expect(await runLoader()).toMatchObject({ hours: 1, rows: 1, refused: [] });
  expect(bigquery.requests.map(({ jobReference }) => jobReference.jobId.split('_')[1])).toEqual([
    'register',
    'load',
    'audit',
  ]);
  expect(await bigquery.query('select count(*)::int as n from raw.lake_files')).toEqual([{ n: 1 }]);
});

test('a job that fails for a passing reason is tried again under another id', async () => {
  await segments.commit([five]);
  bigquery.faults.push({ jobIdPart: 'beatflow_load', kind: 'backendError' });
  expect(await runLoader()).toMatchObject({ hours: 1, rows: 1, refused: [] });
  expect(loadJobs().map(({ jobReference }) => jobReference.jobId.split('_').at(-1))).toEqual(['a1', 'a2']);
});

test('an hour whose job fails for good is refused and the others load; mended, the next run loads it', async () => {
  await segments.commit([five, five + hour]);
  bigquery.faults.push(
    { jobIdPart: '2026112005', kind: 'invalid' },
    { jobIdPart: '2026112005', kind: 'invalid' },
  );
  const { refused } = await runLoader();
  expect(refused).toMatchObject([
    { hour: '2026-11-20T05', reason: expect.stringContaining('injected invalid') },
  ]);
  expect(await rowsByHour()).toEqual({ 6: 1 });
  expect(await runLoader()).toMatchObject({ hours: 1, refused: [] });
  expect(await rowsByHour()).toEqual({ 5: 1, 6: 1 });
});

test('an hour that always fails costs each run the same, however many runs failed before', async () => {
  await segments.commit([five]);
  const costs: { loads: number; taken: number }[] = [];
  for (let run = 0; run < 6; run++) {
    const before = { loads: loadJobs().length, taken: bigquery.answers.duplicate };
    bigquery.faults.splice(0, Infinity, ...Array(9).fill({ jobIdPart: 'beatflow_load', kind: 'invalid' }));
    expect((await runLoader()).refused).toMatchObject([
      { reason: expect.stringContaining('injected invalid') },
    ]);
    costs.push({
      loads: loadJobs().length - before.loads,
      taken: bigquery.answers.duplicate - before.taken,
    });
  }
  const [first, ...later] = costs;
  expect(first).toEqual({ loads: 2, taken: 1 });
  expect(later).toEqual(Array(5).fill({ loads: 1, taken: 3 }));
  bigquery.faults.length = 0;
  expect(await runLoader()).toMatchObject({ hours: 1, refused: [] });
});

test('a lost answer to a load of an hour that failed in an earlier run runs no second job', async () => {
  await segments.commit([five]);
  bigquery.faults.push(...Array(2).fill({ jobIdPart: 'beatflow_load', kind: 'invalid' }));
  expect((await runLoader()).refused).toHaveLength(1);
  const before = loadJobs().length;
  bigquery.faults.push({ jobIdPart: 'beatflow_load', kind: 'lost response' });
  expect(await runLoader()).toMatchObject({ hours: 1, rows: 1, refused: [] });
  expect(loadJobs()).toHaveLength(before + 1);
});

test('an error in the HTTP answer refuses the hour with its words', async () => {
  await segments.commit([five]);
  bigquery.faults.push(
    { jobIdPart: 'beatflow_load', kind: 'http 400' },
    { jobIdPart: 'beatflow_load', kind: 'http 400' },
  );
  expect((await runLoader()).refused).toMatchObject([
    { reason: expect.stringContaining('Invalid value for: sourceUris') },
  ]);
});

test('a warehouse that was destroyed and deployed again is loaded again from the same lake', async () => {
  await segments.commit([five]);
  await runLoader();
  bigquery.creationTime = 2_000;
  await bigquery.makeTables();
  expect(await runLoader()).toMatchObject({ commits: 1, hours: 1, rows: 1, refused: [] });
  expect(await rowsByHour()).toEqual({ 5: 1 });
});

test('one run loads as many hours as it may, the oldest first, and says what it left', async () => {
  await segments.commit([five, five + hour, five + 2 * hour]);
  expect(await runLoader(undefined, warehouse(), 2)).toMatchObject({ hours: 2, left: 1 });
  expect(await rowsByHour()).toEqual({ 5: 1, 6: 1 });
  expect(await runLoader(undefined, warehouse(), 2)).toMatchObject({ hours: 1, left: 0 });
});

test('what was loaded within 24 hours counts against what BigQuery takes for a table and day', async () => {
  await segments.commit([five, five + hour, five + 2 * hour]);
  const loaded = (topic: string, count: number, ago: string) =>
    bigquery.query(
      `insert into raw.load_audit select '${topic}', timestamp '2026-01-01', 'r', 1, 1, now()::timestamp, now()::timestamp - interval ${ago}
       from range(${count})`,
    );
  await loaded('listen_events', 998, '23 hours');
  await loaded('listen_events', 700, '25 hours');
  await loaded('auth_events', 990, '1 hour');
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger('test', { write: (line: string) => lines.push(JSON.parse(line)) });
  const target = { store, warehouse: warehouse(), range: undefined, logger, progress: () => undefined };
  const limits = { maxHours: 500, maxHoursPerDay: 1_000 };
  expect(await load({ ...target, ...limits })).toMatchObject({ hours: 2, left: 1, refused: [] });
  expect(lines).toContainEqual(
    expect.objectContaining({
      message: 'hours left to a later run',
      topic: 'listen_events',
      hours: 1,
      from: '2026-11-20T07',
      loadedInDay: 998,
      ...limits,
    }),
  );
  expect(await load({ ...target, ...limits })).toMatchObject({ hours: 0, left: 1 });
  expect(loadJobs()).toHaveLength(2);
  expect(await load({ ...target, maxHours: 500, maxHoursPerDay: 1_001 })).toMatchObject({
    hours: 1,
    left: 0,
  });
});

test('a file whose row is older than its fingerprint has the first digits of it, by its name', async () => {
  const { files } = await segments.commit([five]);
  await runLoader();
  const fingerprints = async () =>
    (await warehouse().hoursBetween({})).flatMap((found) =>
      found.files.map(({ fingerprint }) => fingerprint),
    );
  expect(await fingerprints()).toEqual([files[0]?.fingerprint]);
  await bigquery.query('update raw.lake_files set fingerprint = null');
  expect(await fingerprints()).toEqual([files[0]?.fingerprint.slice(0, 8)]);
  expect(await runLoader({ since: five })).toMatchObject({ hours: 1, rows: 1, refused: [] });
});

test('BigQuery and DuckDB get the same rows from the same lake', async () => {
  for (const times of [[five, five + 1, five + hour], [five + 3], [five + 2 * hour, five + hour + 5]]) {
    await segments.commit(times);
    await runLoader();
  }
  const { avroExtension } = await installedTools();
  const path = join(folder, 'w.duckdb');
  const duckdb = await DuckDbWarehouse.open({ path, lakeFolder: folder, avroExtension });
  await runLoader(undefined, duckdb);
  await duckdb.close();
  const file = await openDuckDbFile(path);
  const sql = 'select * from raw.listen_events order by "kafkaOffset"';
  const [fromDuckDb, fromBigQuery] = [await queryRows(file.connection, sql), await bigquery.query(sql)];
  file.close();
  expect(fromDuckDb).toHaveLength(6);
  expect(fromBigQuery).toEqual(fromDuckDb);
});

test('a backfill of more records and files than one query can name is registered whole', async () => {
  const target = warehouse();
  const commits = manyCommits({ records: 200, filesEach: 48 });
  await target.register(commits);
  const scripts = bigquery.requests.map(({ configuration }) => configuration.query?.query ?? '');
  expect(scripts.length).toBeGreaterThan(2);
  expect(Math.max(...scripts.map((script) => Buffer.byteLength(script)))).toBeLessThan(1_000_000);
  expect(
    await bigquery.query(
      `select count(*)::int as n, count(distinct path)::int as paths, count(distinct "recordPath")::int as records from raw.lake_files`,
    ),
  ).toEqual([{ n: 9600, paths: 9600, records: 200 }]);
  expect(await target.chainProgress()).toMatchObject([{ lastStartOffset: 199_000 }]);
});

test('a registration that broke off has taken the first records whole, and the next run takes the others', async () => {
  const commits = manyCommits({ records: 100, filesEach: 48 });
  bigquery.faults.push({ jobIdPart: 'beatflow_register', kind: 'invalid', after: 1 });
  await expect(warehouse().register(commits)).rejects.toThrow('injected invalid');
  const [{ lastStartOffset } = { lastStartOffset: 0 }] = await warehouse().chainProgress();
  const registered = lastStartOffset / 1000 + 1;
  expect(registered).toBeGreaterThan(10);
  expect(registered).toBeLessThan(90);
  const filesOf = () =>
    bigquery.query('select count(*)::int as n, count(distinct path)::int as paths from raw.lake_files');
  expect(await filesOf()).toEqual([{ n: registered * 48, paths: registered * 48 }]);
  await warehouse().register(commits.slice(registered));
  expect(await filesOf()).toEqual([{ n: 4800, paths: 4800 }]);
});

describe('reference data', () => {
  const day = Math.floor(five / 86_400_000);
  const catalogueOf = (seed: number) =>
    referenceCatalogue(fixedCatalogue(syntheticCatalogue({ seed, startDay: day, size: 20 }).tracks, []), day);
  const jobIds = () => loadJobs().map(({ jobReference }) => jobReference.jobId);
  const songs = () =>
    bigquery.query<{ n: number; released: string }>(
      'select count(*)::int as n, min("releasedAt")::varchar as released from raw.songs',
    );

  test('all catalogues are one load job into the whole table, with the schema of the contract', async () => {
    const catalogue = catalogueOf(1);
    await publishCatalogue(catalogue, store);
    expect(await runLoader()).toMatchObject({ hours: 0, reference: { songs: 20 } });
    expect(loadJobs().map(({ configuration }) => configuration.load)).toEqual([
      {
        sourceUris: [`gs://lake/_reference/songs/${catalogue.source}.jsonl`],
        sourceFormat: 'NEWLINE_DELIMITED_JSON',
        schema: { fields: bigqueryColumns(referenceTables.songs.fields) },
        destinationTable: { projectId: 'test-project', datasetId: 'dev_raw', tableId: 'songs' },
        createDisposition: 'CREATE_NEVER',
        writeDisposition: 'WRITE_TRUNCATE',
        maxBadRecords: 0,
        autodetect: false,
      },
    ]);
    expect(jobIds()).toEqual([expect.stringMatching(/^beatflow_reference_songs_[0-9a-f]{24}_a1$/)]);
    const released = [...catalogue.lines.matchAll(/"releasedAt":"(.{10})T/g)].map((match) => match[1]);
    expect(await songs()).toEqual([{ n: 20, released: `${released.sort()[0]} 00:00:00` }]);
  });

  test('nothing new is no job; a further catalogue is one of all', async () => {
    await publishCatalogue(catalogueOf(1), store);
    await runLoader();
    expect(await runLoader()).toMatchObject({ reference: { songs: 0 } });
    expect(loadJobs()).toHaveLength(1);
    await publishCatalogue(catalogueOf(2), store);
    expect(await runLoader()).toMatchObject({ reference: { songs: 40 } });
    expect(loadJobs().at(-1)?.configuration.load?.sourceUris).toHaveLength(2);
  });

  test('a lost answer runs no second job, and the same files are loaded again when they were taken out between', async () => {
    const [first, second] = [catalogueOf(1), catalogueOf(2)];
    const only = async (catalogue: typeof first) => {
      for await (const { path } of store.list('_reference/')) await store.delete(path);
      await publishCatalogue(catalogue, store);
      return runLoader();
    };
    bigquery.faults.push({ jobIdPart: 'beatflow_reference', kind: 'lost response' });
    expect(await only(first)).toMatchObject({ reference: { songs: 20 } });
    expect(loadJobs()).toHaveLength(1);
    await only(second);
    await only(first);
    expect(loadJobs()).toHaveLength(3);
    expect(await bigquery.query('select distinct source from raw.songs')).toEqual([{ source: first.source }]);
  });

  test('a warehouse that was made again gets the songs again', async () => {
    await publishCatalogue(catalogueOf(1), store);
    await runLoader();
    await bigquery.makeTables();
    bigquery.creationTime += 1;
    expect(await runLoader()).toMatchObject({ reference: { songs: 20 } });
    expect(await songs()).toMatchObject([{ n: 20 }]);
  });
});
