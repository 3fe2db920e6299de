import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';
import { installedTools } from '../../runtime/local/state-folder.ts';
import { openDuckDbFile, queryRows } from '../../runtime/warehouse/duckdb-file.ts';
import { DuckDbWarehouse } from '../../runtime/warehouse/raw/duckdb-warehouse.ts';
import { quoted } from '../../runtime/warehouse/sql-literal.ts';
import { loadWarehouse } from '../support/load.ts';
import { SegmentWriter } from '../support/segments.ts';

const hour = 3_600_000;
const five = Date.UTC(2026, 10, 20, 5);

let folder: string;
let store: LocalDiskStore;
let segments: SegmentWriter;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-crash-'));
  store = new LocalDiskStore(join(folder, 'lake'));
  segments = new SegmentWriter(store);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const fileOf = (name: string) => join(folder, `${name}.duckdb`);

const loadInto = (name: string) =>
  loadWarehouse({ store, path: fileOf(name), lakeFolder: join(folder, 'lake') });

async function query<Row>(name: string, sql: string): Promise<Row[]> {
  const file = await openDuckDbFile(fileOf(name));
  try {
    return await queryRows<Row>(file.connection, sql);
  } finally {
    file.close();
  }
}

/** What a load leaves in a warehouse but for its times: the rows, the loads that were counted, and what is due. */
const stateOf = (name: string) =>
  query<{ kind: 'row' | 'load' | 'file'; it: string }>(
    name,
    `select 'row' as kind, to_json(r) as it from raw.listen_events r
     union all select 'load', to_json({hour: hour, files: files, rows: rows}) from raw.load_audit
     union all select 'file', to_json({path: path, loaded: "loadedAt" is not null}) from raw.lake_files
     order by all`,
  );

/** Rows that one of two warehouses has and the other has not, repeats counted. */
const difference = (one: string, other: string) =>
  query<{ n: number }>(
    one,
    `attach ${quoted(fileOf(other))} as other (read_only);
     select count(*)::int as n from (
       (from raw.listen_events except all from other.raw.listen_events)
       union all (from other.raw.listen_events except all from raw.listen_events))`,
  );

describe('a load that is killed', () => {
  test.each(['delete', 'insert', 'update', 'commit'])(
    'at the %s of an hour leaves the table as it was, and the next load gives what an undisturbed one gives',
    async (word) => {
      await segments.commit([five, five + 1, five + hour]);
      await loadInto('killed');
      await segments.commit([five + 2, five + hour + 2]);
      const before = await stateOf('killed');
      const { avroExtension } = await installedTools();
      const program = resolve('__tests__/loader/killed-load.ts');
      const { signal, stderr } = spawnSync(
        process.execPath,
        [program, join(folder, 'lake'), fileOf('killed'), avroExtension, word],
        { encoding: 'utf8', timeout: 280_000 },
      );
      expect({ signal, stderr }).toMatchObject({ signal: 'SIGKILL' });
      // The records were registered before, in a transaction of their own; a reader sees it though nobody has opened
      // the file to write since.
      const reader = await DuckDbWarehouse.openToRead({
        path: fileOf('killed'),
        lakeFolder: join(folder, 'lake'),
      });
      expect((await reader.dirtyHours()).map(({ hour: of }) => of)).toEqual([five, five + hour]);
      await reader.close();
      const after = await stateOf('killed');
      const loaded = (state: typeof before) => state.filter(({ kind }) => kind !== 'file');
      expect(loaded(after)).toEqual(loaded(before));
      expect(loaded(after)).toHaveLength(5);
      expect(after.filter(({ it }) => it.includes('"loaded":false'))).toHaveLength(2);

      expect(await loadInto('killed')).toMatchObject({ commits: 0, hours: 2, rows: 5, refused: [] });
      await loadInto('undisturbed');
      expect(await query('killed', 'select count(*)::int as n from raw.listen_events')).toEqual([{ n: 5 }]);
      expect(await difference('killed', 'undisturbed')).toEqual([{ n: 0 }]);
    },
  );
});

test('whatever order hours come in, the table is the same', async () => {
  await segments.commit([five + 2 * hour, five + 2 * hour + 1]);
  await loadInto('newer first');
  await segments.commit([five, five + hour]);
  await loadInto('newer first');
  await segments.commit([five + 2 * hour + 2, five + 1]);
  await loadInto('newer first');
  await loadInto('at once');
  expect(
    await query(
      'newer first',
      'select extract(hour from ts)::int as hour, count(*)::int as n from raw.listen_events group by all order by all',
    ),
  ).toEqual([
    { hour: 5, n: 2 },
    { hour: 6, n: 1 },
    { hour: 7, n: 3 },
  ]);
  expect(await difference('newer first', 'at once')).toEqual([{ n: 0 }]);
});
