import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';
import { referencePath } from '../../runtime/lake/paths.ts';
import { installedTools } from '../../runtime/local/state-folder.ts';
import { openDuckDbFile, queryRows } from '../../runtime/warehouse/duckdb-file.ts';

const contract = 'runtime/contract/reference-tables.ts';
const end = '} as const;';
const labels = `
  labels: defineReferenceTable({
    doc: 'One label.',
    fields: {
      label: required('string', 'Name of the label.'),
      source: required('string', 'List that the row is of.'),
    },
  }),
${end}`;

let folder: string;
let store: LocalDiskStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-second-reference-'));
  store = new LocalDiskStore(join(folder, 'lake'));
  for (const path of ['runtime', 'package.json']) await cp(path, join(folder, path), { recursive: true });
  await symlink(resolve('node_modules'), join(folder, 'node_modules'));
  const source = await readFile(contract, 'utf8');
  expect(source.split(end)).toHaveLength(2);
  await writeFile(
    join(folder, contract),
    source.replace(end, () => labels),
  );
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function loadIn(root: string, ...args: string[]): Promise<SpawnSyncReturns<string>> {
  const { avroExtension } = await installedTools();
  return spawnSync(process.execPath, ['runtime/cli.ts', 'load', ...args], {
    cwd: root,
    encoding: 'utf8',
    timeout: 120_000,
    env: {
      PATH: process.env.PATH ?? '',
      BEATFLOW_LAKE: join(folder, 'lake'),
      BEATFLOW_DUCKDB_PATH: join(folder, 'w.duckdb'),
      BEATFLOW_DUCKDB_AVRO_EXTENSION: avroExtension,
    },
  });
}

async function rowsOf(table: string): Promise<unknown[]> {
  const file = await openDuckDbFile(join(folder, 'w.duckdb'));
  try {
    return await queryRows(file.connection, `select * from raw.${table} order by all`);
  } finally {
    file.close();
  }
}

const put = (table: string, source: string, rows: readonly object[]) =>
  store.createIfAbsent(referencePath(table, source), [
    Buffer.from(rows.map((row) => `${JSON.stringify({ ...row, source })}\n`).join('')),
  ]);
const song = {
  trackId: 't1',
  song: 'Song',
  artist: 'Artist',
  duration: 200,
  releasedAt: null,
  catalogueAt: '2026-11-01T00:00:00.000Z',
};

test('a reference table that joins the contract is planned, and loaded into a warehouse that was there before', async () => {
  await put('songs', 's', [song]);
  expect(await loadIn('.')).toMatchObject({ status: 0 });
  await put('labels', 'one', [{ label: 'A' }, { label: 'B' }]);

  const planned = await loadIn(folder, '--dry-run');
  expect(planned.stdout.split('\n')).toContain('{"table":"labels","files":1,"rows":2}');
  const loaded = await loadIn(folder);
  expect(loaded.stdout).toContain('"reference":{"songs":0,"labels":2}');
  expect(await rowsOf('labels')).toEqual([
    { label: 'A', source: 'one' },
    { label: 'B', source: 'one' },
  ]);
  const again = await loadIn(folder, '--reference-data');
  expect(again.stdout).toContain('"reference":{"songs":1,"labels":2}');
}, 300_000);

test('a reference table that cannot be loaded keeps no other from it, and all that failed are named', async () => {
  await put('labels', 'one', [{ label: 'A' }]);
  await put('songs', 's', [{ ...song, song: null }]);
  const one = await loadIn(folder);
  expect(one.status).toBe(1);
  expect(one.stdout).toContain('NOT NULL');
  expect(await rowsOf('labels')).toHaveLength(1);

  await store.createIfAbsent(referencePath('labels', 'two'), [Buffer.from('no line')]);
  const both = await loadIn(folder);
  expect(both.status).toBe(1);
  expect(both.stdout).toContain('NOT NULL');
  expect(both.stdout).toContain(`${referencePath('labels', 'two')} is no reference data`);
  expect(await rowsOf('labels')).toHaveLength(1);
}, 300_000);
