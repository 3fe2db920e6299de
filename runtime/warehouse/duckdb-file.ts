import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { SetupError } from '../program/errors.ts';
import { quoted } from './sql-literal.ts';

/** An open DuckDB file with one connection to it. */
export interface DuckDbFile {
  readonly connection: DuckDBConnection;
  close(): void;
}

/** What DuckDB threw, as a `warehouse_locked` SetupError where another process has the file open. */
function lockedOr(path: string, cause: unknown): unknown {
  if (!/lock/i.test(String(cause))) return cause;
  return new SetupError(
    'warehouse_locked',
    `${path} is open in another process; DuckDB has one writer at a time: wait for it or stop it`,
    { cause },
  );
}

/**
 * Opens a DuckDB file for writing, UTC, and creates it where there is none.
 * @throws SetupError `warehouse_locked` while another process has it open: DuckDB has one writer at a time.
 */
export async function openDuckDbFile(path: string): Promise<DuckDbFile> {
  await mkdir(dirname(path), { recursive: true });
  let instance: DuckDBInstance;
  try {
    instance = await DuckDBInstance.create(path);
  } catch (cause) {
    throw lockedOr(path, cause);
  }
  const connection = await instance.connect();
  await connection.run("set TimeZone = 'UTC'");
  return {
    connection,
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/**
 * Attaches a DuckDB file, which must be there, for reading only.
 * @throws SetupError `warehouse_locked` while another process writes it.
 */
export async function attachReadOnly(connection: DuckDBConnection, path: string, as: string): Promise<void> {
  try {
    await connection.run(`attach ${quoted(path)} as ${as} (read_only)`);
  } catch (cause) {
    throw lockedOr(path, cause);
  }
}

/** The rows of a query as plain objects; timestamps are to be selected as numbers, 64-bit integers come as bigint. */
export async function queryRows<Row>(
  connection: DuckDBConnection,
  sql: string,
  values: Parameters<DuckDBConnection['run']>[1] = [],
): Promise<Row[]> {
  return (await connection.runAndReadAll(sql, values)).getRowObjectsJS() as Row[];
}
