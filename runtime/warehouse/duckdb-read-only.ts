import { existsSync } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createTable } from '../contract/duckdb.ts';
import type { Fields } from '../contract/fields.ts';
import { attachReadOnly, type DuckDbFile, openDuckDbFile, queryRows } from './duckdb-file.ts';

async function storedTables(connection: DuckDBConnection, schema: string): Promise<ReadonlySet<string>> {
  const rows = await queryRows<{ name: string }>(
    connection,
    `select table_name as name from duckdb_tables() where database_name = 'stored' and schema_name = $schema`,
    { schema },
  );
  return new Set(rows.map(({ name }) => name));
}

/**
 * Opens the tables of a schema in a DuckDB file for reading only. Nothing is created, neither the file nor what tables
 * it lacks: those are empty.
 * @throws SetupError `warehouse_locked` while another process writes the file
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
    const stored = await storedTables(connection, schema);
    for (const [table, fields] of tables) {
      await connection.run(
        stored.has(table)
          ? `create view ${schema}.${table} as from stored.${schema}.${table}`
          : createTable(`${schema}.${table}`, fields),
      );
    }
  } catch (error) {
    file.close();
    throw error;
  }
  return file;
}
