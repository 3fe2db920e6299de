import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BigQuery } from '@google-cloud/bigquery';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';
import type { JobResource } from '../../runtime/warehouse/raw/bigquery-jobs.ts';
import { FakeBigQuery } from './fake-bigquery.ts';
import { SegmentWriter } from './segments.ts';

const hour = 3_600_000;
const five = Date.UTC(2026, 10, 20, 5);

let folder: string;
let fake: FakeBigQuery;
let client: BigQuery;
let segments: SegmentWriter;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-fake-bigquery-'));
  fake = await FakeBigQuery.start(folder);
  client = fake.client();
  segments = new SegmentWriter(new LocalDiskStore(folder));
});
afterEach(async () => {
  await fake.stop();
  await rm(folder, { recursive: true, force: true });
});

let jobs = 0;
const insert = (configuration: unknown, location = 'EU', jobId = `job${++jobs}`) =>
  client.createJob({ configuration, jobId, location } as never);

/** Runs a job to its end; what was wrong with it, or undefined. */
async function faultOf(configuration: unknown, location = 'EU') {
  const [job] = await insert(configuration, location);
  for (;;) {
    const [{ status }] = (await job.getMetadata()) as unknown as [JobResource];
    if (status?.state === 'DONE') return status.errorResult?.message;
  }
}

const loadOf = (path: string, changes: object = {}) => ({
  load: {
    sourceUris: [`gs://lake/${path}`],
    sourceFormat: 'AVRO',
    useAvroLogicalTypes: true,
    destinationTable: {
      projectId: 'test-project',
      datasetId: 'dev_raw',
      tableId: 'listen_events$2026112005',
    },
    createDisposition: 'CREATE_NEVER',
    writeDisposition: 'WRITE_TRUNCATE',
    ...changes,
  },
});
const into = (tableId: string) => ({
  destinationTable: { projectId: 'test-project', datasetId: 'dev_raw', tableId },
});
const file = async (...times: number[]) => (await segments.commit(times)).files[0]?.path as string;
const offsets = async () =>
  (
    await fake.query<{ o: number }>(
      'select "kafkaOffset"::int as o from raw.listen_events order by "kafkaOffset"',
    )
  ).map(({ o }) => o);

test('WRITE_TRUNCATE replaces the hour and no other, WRITE_APPEND adds, WRITE_EMPTY wants an empty hour', async () => {
  const [first, second, next] = [await file(five), await file(five), await file(five + hour)];
  const six = into('listen_events$2026112006');
  expect(await faultOf(loadOf(next, { ...six, writeDisposition: 'WRITE_EMPTY' }))).toBeUndefined();
  expect(await faultOf(loadOf(first, { writeDisposition: 'WRITE_EMPTY' }))).toBeUndefined();
  expect(await faultOf(loadOf(second, { writeDisposition: 'WRITE_EMPTY' }))).toMatch(/Already Exists/);
  expect(await offsets()).toEqual([0, 2]);
  expect(await faultOf(loadOf(second, { writeDisposition: 'WRITE_APPEND' }))).toBeUndefined();
  expect(await offsets()).toEqual([0, 1, 2]);
  expect(await faultOf(loadOf(second))).toBeUndefined();
  expect(await offsets()).toEqual([1, 2]);
  expect(await faultOf(loadOf(second, { writeDisposition: 'REPLACE' }))).toMatch(/Invalid writeDisposition/);
});

test('CREATE_NEVER needs the table, CREATE_IF_NEEDED makes it', async () => {
  const path = await file(five);
  await fake.query('drop table raw.listen_events');
  expect(await faultOf(loadOf(path))).toMatch(/Not found: Table test-project:dev_raw.listen_events/);
  expect(await faultOf(loadOf(path, { createDisposition: 'CREATE_IF_NEEDED' }))).toBeUndefined();
  expect(await offsets()).toEqual([0]);
});

test('a partition decorator must be an hour of a raw table, and its rows must be of that hour', async () => {
  const path = await file(five + hour);
  expect(await faultOf(loadOf(path))).toMatch(/belong to different partitions/);
  expect(await faultOf(loadOf(path, into('listen_events')))).toMatch(/Invalid partition decorator/);
  expect(await faultOf(loadOf(path, into('listen_events$20261120')))).toMatch(/Invalid partition decorator/);
  expect(await offsets()).toEqual([]);
});

test('times are loaded as timestamps only when logical types are asked for', async () => {
  expect(await faultOf(loadOf(await file(five), { useAvroLogicalTypes: false }))).toMatch(/TIMESTAMP/);
});

test('a job id is taken once, and a job does its work only when it has run', async () => {
  const query = { query: { query: "insert into `dev_raw.songs` (source) values ('x')" } };
  for (const job of ['a', 'b', 'c']) await insert({ load: {} }, 'EU', job);
  await expect(insert(query, 'EU', 'a')).rejects.toMatchObject({ code: 409 });
  const states = [];
  for (;;) {
    const [{ status }] = (await client.job('b', { location: 'EU' }).getMetadata()) as unknown as [
      JobResource,
    ];
    states.push(status?.state);
    if (status?.state === 'DONE') break;
  }
  expect(states).toEqual(['RUNNING', 'DONE']);
});

test('a job is found in its own location only, and the tables are in theirs', async () => {
  await insert({ query: { query: 'select 1' } }, 'EU', 'here');
  const look = (location: string) => client.job('here', { location }).getMetadata();
  await expect(look('US')).rejects.toMatchObject({ code: 404 });
  await expect(look('EU')).resolves.toBeDefined();
  expect(await faultOf(loadOf(await file(five)), 'US')).toMatch(/was not found in location US/);
  await expect(client.query({ query: 'select 1', location: 'US' })).rejects.toThrow(
    /not found in location US/,
  );
});

test('a query of more than 1 MB is refused, in a job and by itself', async () => {
  const query = `select 1 -- ${'x'.repeat(1_000_000)}`;
  expect(await faultOf({ query: { query } })).toMatch(/query is too large/);
  await expect(client.query({ query, location: 'EU' })).rejects.toThrow(/query is too large/);
});

test('now and then a request must be repeated, which the client does', async () => {
  for (let time = 0; time < 40; time++) await client.query({ query: 'select 1 as one', location: 'EU' });
  expect(fake.answers).toMatchObject({ unavailable: 4, rateLimit: 2 });
});
