import type { Fields, FieldType } from './fields.ts';

/** DuckDB's name of each field type. */
export const duckdbTypes: Readonly<Record<FieldType, string>> = {
  string: 'VARCHAR',
  long: 'BIGINT',
  int: 'INTEGER',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
};

/**
 * The statement that makes a DuckDB table with these columns where there is none; `table` is already quoted where
 * it must be. Timestamps are UTC without a zone.
 */
export function createTable(table: string, fields: Fields): string {
  const columns = Object.entries(fields)
    .map(([name, { type, nullable }]) => `  "${name}" ${duckdbTypes[type]}${nullable ? '' : ' not null'}`)
    .join(',\n');
  return `create table if not exists ${table} (\n${columns}\n)`;
}
