import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditLake } from '../../runtime/lake/audit.ts';
import { chainTail, listChains } from '../../runtime/lake/commit-chain.ts';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';
import { hourOf, parseHour } from '../../runtime/lake/paths.ts';
import { installedTools } from '../../runtime/local/state-folder.ts';
import { openDuckDbFile, queryRows } from '../../runtime/warehouse/duckdb-file.ts';
import { type LandedState, unpackLandedState } from '../support/landed/landed-state.ts';
import { SegmentWriter } from '../support/segments.ts';

let folder: string;
let state: LandedState;
let store: LocalDiskStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-landed-'));
  state = await unpackLandedState(folder);
  store = new LocalDiskStore(state.lakeFolder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function runLoader(...options: readonly string[]) {
  const { avroExtension } = await installedTools();
  const { status, stdout, stderr } = spawnSync(process.execPath, ['runtime/cli.ts', 'load', ...options], {
    encoding: 'utf8',
    env: {
      ...process.env,
      BEATFLOW_LAKE: state.lakeFolder,
      BEATFLOW_DUCKDB_PATH: state.duckDbPath,
      BEATFLOW_DUCKDB_AVRO_EXTENSION: avroExtension,
    },
  });
  return { status, stdout, stderr };
}

async function query<Row>(sql: string): Promise<Row[]> {
  const { connection, close } = await openDuckDbFile(state.duckDbPath);
  try {
    return await queryRows<Row>(connection, sql);
  } finally {
    close();
  }
}

const columnsOf = async (table: string) =>
  (
    await query<{ name: string }>(
      `select column_name as name from duckdb_columns() where schema_name = 'raw' and table_name = '${table}' order by column_index`,
    )
  ).map(({ name }) => name);
const listens = () =>
  query<{ ts: Date; kafkaOffset: bigint }>(
    'select * from raw.listen_events order by "kafkaPartition", "kafkaOffset"',
  );

test('the loader compares the warehouse of the landed code with its lake without changing it', async () => {
  const before = await columnsOf('lake_files');
  expect(before).not.toContain('fingerprint');
  expect(await runLoader('--check')).toMatchObject({ status: 0 });
  const { status, stdout } = await runLoader('--dry-run', '--since', '2026-01-01T00');
  expect([status, stdout.trim().split('\n').length]).toEqual([0, 8]);
  expect(await columnsOf('lake_files')).toEqual(before);
});

test('the loader goes on with what the landed code wrote: old hours again, and new files beside old ones', async () => {
  const before = await listens();
  expect(before.length).toBeGreaterThan(50);
  expect(await runLoader()).toMatchObject({ status: 0 });
  expect(await columnsOf('lake_files')).toContain('fingerprint');
  expect(await runLoader('--since', '2026-01-01T00')).toMatchObject({ status: 0 });
  expect(await listens()).toEqual(before);

  const [key] = (await listChains(store)).filter(({ topic }) => topic === 'listen_events');
  const tail = key && (await chainTail(store, key));
  if (!tail) throw new Error('the archive has no chain of listen_events');
  const oldHour = parseHour(tail.files[0]?.hour ?? '');
  const committed = await new SegmentWriter(store, { ...key, nextOffset: tail.nextOffset }).commit([
    oldHour,
    oldHour + 1,
  ]);
  expect(await runLoader()).toMatchObject({ status: 0 });
  const after = await listens();
  expect(after).toHaveLength(before.length + 2);
  expect(after.filter(({ ts }) => hourOf(Number(ts)) === oldHour).length).toBeGreaterThan(2);

  const [file] = committed.files;
  const known = await query<{ path: string; fingerprint: string }>(
    'select path, fingerprint from raw.lake_files where fingerprint is not null',
  );
  expect(known).toEqual([{ path: file?.path, fingerprint: file?.fingerprint }]);
  expect(await runLoader('--check')).toMatchObject({ status: 0 });
  expect((await auditLake(store, { contents: true })).faults).toEqual([]);
});
