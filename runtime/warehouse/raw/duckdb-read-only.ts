import { existsSync } from 'node:fs';
import type { Fields } from '../../contract/fields.ts';
import { attachReadOnly, type DuckDbFile, openDuckDbFile } from '../duckdb-file.ts';
import { showAsContract } from './duckdb-tables.ts';

/**
 * Opens the tables of a schema in a DuckDB file for reading only. Nothing is created, neither the file nor what tables
 * and columns it lacks: those are empty.
 * @throws SetupError `warehouse_locked` while another process writes the file, `warehouse_outdated` where a column is
 *   missing that may not be null
 */
export async function openToRead(
  path: string,
  schema: string,
  tables: ReadonlyMap<string, Fields>,
): Promise<DuckDbFile> {
  const file = await openDuckDbFile(':memory:');
  const { connection } = file;
  try {
    await connection.run(`create schema ${schema}`);
    if (existsSync(path)) await attachReadOnly(connection, path, 'stored');
    await showAsContract({ connection, path, database: 'stored', schema, tables });
  } catch (error) {
    file.close();
    throw error;
  }
  return file;
}
