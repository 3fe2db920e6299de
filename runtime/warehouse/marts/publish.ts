import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { errorMessage, SetupError } from '../../program/errors.ts';
import { quoted } from '../sql-literal.ts';
import { martFile, versionFolder, writePointer } from './files.ts';
import { layoutOf, rowGroup } from './layout.ts';
import { type MartsPointer, martsPointerSchema } from './pointer.ts';

/** How many versions stay on disk, the current one included: readers of a replaced version finish in peace. */
export const keptVersions = 5;

/** What is published, and where. */
interface PublishProps {
  /** The DuckDB file with the schema `marts`. Nobody may hold it open for writing. */
  readonly database: string;
  /** The folder that gets `versions/` and `current.json`. */
  readonly marts: string;
  /** The time of publication, milliseconds since the epoch. @default now */
  readonly now?: number;
}

async function martsOf(connection: DuckDBConnection): Promise<readonly string[]> {
  const tables = await connection.runAndReadAll(
    "select table_name from information_schema.tables where table_schema = 'marts' order by table_name",
  );
  return tables.getRows().map(([name]) => String(name));
}

function newVersion(now: number): string {
  const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${stamp}-${randomBytes(2).toString('hex')}`;
}

/** Compressed lightly: every query unpacks what it reads, and twice the disk space costs less than that time. */
function copyTo(path: string, table: string, orderBy: readonly string[] = []): string {
  const columns = orderBy.map((column) => `"${column}"`).join(', ');
  const order = columns ? ` order by ${columns}` : '';
  return `copy (select * from marts."${table}"${order}) to ${quoted(path)}
    (format parquet, compression lz4, row_group_size ${rowGroup})`;
}

async function exportMarts(connection: DuckDBConnection, folder: string): Promise<MartsPointer['marts']> {
  const marts: MartsPointer['marts'] = {};
  for (const table of await martsOf(connection)) {
    const path = martFile(folder, table);
    const written = await connection.runAndReadAll(copyTo(path, table, layoutOf(table)?.order_by));
    marts[table] = { rows: Number(written.getRows()[0]?.[0] ?? 0) };
  }
  return marts;
}

async function removeOldVersions(marts: string, current: string): Promise<void> {
  const versions = (await readdir(join(marts, 'versions'))).filter((name) => !name.startsWith('.')).sort();
  const old = versions.filter((name) => name !== current).slice(0, -(keptVersions - 1));
  for (const version of old) await rm(versionFolder(marts, version), { recursive: true, force: true });
}

async function openReadOnly(database: string): Promise<DuckDBInstance> {
  try {
    return await DuckDBInstance.create(database, { access_mode: 'READ_ONLY', threads: '2' });
  } catch (cause) {
    const locked = /lock/i.test(errorMessage(cause));
    throw new SetupError(
      locked ? 'warehouse_locked' : 'marts_unreadable',
      locked
        ? `${database} is held by another process: let the loader or dbt finish, then publish`
        : `${database} cannot be opened as a DuckDB database: load and build the marts first`,
      { cause },
    );
  }
}

/**
 * Publishes every table of schema `marts` as one immutable version and makes it the current one. A reader sees the
 * version before or this one, whole. Older versions beyond {@link keptVersions} are removed.
 * @throws SetupError when the database cannot be opened or has no marts.
 */
export async function publishMarts(props: PublishProps): Promise<MartsPointer> {
  const now = props.now ?? Date.now();
  const version = newVersion(now);
  const versions = join(props.marts, 'versions');
  const unfinished = join(versions, `.unfinished-${version}`);
  const instance = await openReadOnly(props.database);
  try {
    const connection = await instance.connect();
    await mkdir(unfinished, { recursive: true });
    const marts = await exportMarts(connection, unfinished);
    if (Object.keys(marts).length === 0) {
      throw new SetupError(
        'marts_unreadable',
        `${props.database} has no table in schema marts: build them with dbt first`,
      );
    }
    const pointer = martsPointerSchema.parse({
      version,
      publishedAt: new Date(now).toISOString(),
      marts,
    });
    connection.closeSync();
    await rename(unfinished, versionFolder(props.marts, version));
    await writePointer(props.marts, pointer);
    await removeOldVersions(props.marts, version);
    return pointer;
  } finally {
    instance.closeSync();
    await rm(unfinished, { recursive: true, force: true });
  }
}
