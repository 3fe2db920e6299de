import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTable } from '../../../runtime/contract/duckdb.ts';
import { type Fields, nullable, required } from '../../../runtime/contract/fields.ts';
import { pipelineTables } from '../../../runtime/contract/pipeline-tables.ts';
import { lakeRecordFields, topics } from '../../../runtime/contract/topics.ts';
import { LocalDiskStore } from '../../../runtime/lake/local-disk-store.ts';
import { installedTools } from '../../../runtime/local/state-folder.ts';
import { openDuckDbFile, queryRows } from '../../../runtime/warehouse/duckdb-file.ts';
import { DuckDbWarehouse } from '../../../runtime/warehouse/raw/duckdb-warehouse.ts';
import { loadWarehouse, openWarehouse } from '../../support/load.ts';
import { SegmentWriter } from '../../support/segments.ts';

const five = Date.UTC(2026, 10, 20, 5);

let folder: string;
let path: string;
let store: LocalDiskStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-tables-'));
  path = join(folder, 'w.duckdb');
  store = new LocalDiskStore(join(folder, 'lake'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function query<Row>(sql: string): Promise<Row[]> {
  const { connection, close } = await openDuckDbFile(path);
  try {
    return await queryRows<Row>(connection, sql);
  } finally {
    close();
  }
}

const without = (fields: Fields, ...names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

/** Makes a warehouse file with tables of an earlier contract. */
async function earlier(tables: Readonly<Record<string, Fields>>): Promise<void> {
  await query('create schema raw');
  for (const [table, fields] of Object.entries(tables)) await query(createTable(`raw.${table}`, fields));
}

const open = () => openWarehouse({ path, lakeFolder: join(folder, 'lake') });
const runLoader = () => loadWarehouse({ store, path, lakeFolder: join(folder, 'lake') });

const listen = lakeRecordFields(topics.listen_events);
const files = pipelineTables.lake_files.fields;

test('columns that came to the contract since are added where they may be null, wherever they stand in it', async () => {
  await new SegmentWriter(store).commit([five]);
  // Of a topic the coordinates are last, whatever comes to its fields.
  await earlier({
    listen_events: without(listen, 'tag', 'trackId'),
    lake_files: without(files, 'loadedAt', 'fingerprint'),
  });
  await query(
    `insert into raw.lake_files values ('auth_events', '2026-11-20 05:00:00', 'a-b-01234567-run.avro', 'r', 1, 2, 'c')`,
  );
  const old = await query<object>('select * from raw.lake_files');

  expect(await runLoader()).toMatchObject({
    hours: 1,
    rows: 1,
    // The hour of the old row, whose file never was.
    refused: [{ topic: 'auth_events' }],
  });
  expect(await query('select "trackId", tag, artist from raw.listen_events')).toEqual([
    { trackId: expect.any(String), tag: null, artist: expect.any(String) },
  ]);
  expect(await query('select * from raw.lake_files order by topic')).toMatchObject([
    { ...old[0], loadedAt: null, fingerprint: null },
    {
      topic: 'listen_events',
      records: 1n,
      loadedAt: expect.any(Date),
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
    },
  ]);
});

test('a column that may be null by now takes nulls', async () => {
  const { userId, ...rest } = listen;
  if (!userId) throw new Error('listen_events has no userId');
  await earlier({ listen_events: { ...rest, userId: required(userId.type, userId.doc) } });
  await (await open()).close();
  const nullables = await query<{ name: string }>(
    `select column_name as name from duckdb_columns() where table_name = 'listen_events' and is_nullable order by name`,
  );
  expect(nullables.map(({ name }) => name)).toEqual(
    Object.keys(listen)
      .filter((name) => listen[name]?.nullable)
      .sort(),
  );
});

test('a column that the contract has no more stays, empty in new rows', async () => {
  await new SegmentWriter(store).commit([five]);
  const old = { mood: nullable('string', 'How the listener feels.') };
  await earlier({ listen_events: { ...old, ...listen }, lake_files: { ...old, ...files } });
  expect(await runLoader()).toMatchObject({ hours: 1, rows: 1, refused: [] });
  expect(
    await query('select l.mood as one, f.mood as other from raw.listen_events l, raw.lake_files f'),
  ).toEqual([{ one: null, other: null }]);
});

test('what is only read shows columns that it lacks as null, and stays as it is', async () => {
  await new SegmentWriter(store).commit([five]);
  await runLoader();
  await query('alter table raw.lake_files drop column fingerprint');
  const warehouse = await DuckDbWarehouse.openToRead({ path, lakeFolder: join(folder, 'lake') });
  const [hour] = await warehouse.hoursBetween({});
  await warehouse.close();
  // The first digits are in the file's name.
  expect(hour?.files[0]?.fingerprint).toMatch(/^[0-9a-f]{8}$/);
  expect(hour?.files[0]?.path).toContain(`-${hour?.files[0]?.fingerprint}-`);
  expect(await query('select * from raw.lake_files')).toEqual([
    expect.not.objectContaining({ fingerprint: expect.anything() }),
  ]);
});

test.each(['open', 'openToRead'] as const)(
  '%s: columns that are missing and may not be null are named, all at once, and nothing is changed',
  async (way) => {
    await earlier({
      listen_events: without(listen, 'artist', 'tag'),
      lake_files: without(files, 'sha256', 'bytes', 'fingerprint'),
    });
    const { avroExtension } = await installedTools();
    const opening = DuckDbWarehouse[way]({ path, lakeFolder: join(folder, 'lake'), avroExtension });
    const error = await opening.then(
      () => undefined,
      (thrown: unknown) => thrown as Error & { code: string },
    );
    expect(error?.code).toBe('warehouse_outdated');
    expect(error?.message.split('\n').slice(1)).toEqual([
      '  raw.lake_files has no column bytes (BIGINT)',
      '  raw.lake_files has no column sha256 (VARCHAR)',
      '  raw.listen_events has no column artist (VARCHAR)',
      'Move the file away and run the loader: it makes a new one of all that the lake holds',
    ]);
    expect(error?.message).toContain(path);
    expect(
      await query(
        `select table_name, count(*)::int as n from duckdb_columns() where schema_name = 'raw' group by all order by all`,
      ),
    ).toEqual([
      { table_name: 'lake_files', n: 6 },
      { table_name: 'listen_events', n: Object.keys(listen).length - 2 },
    ]);
  },
);
