import type { Field, Fields, FieldType } from './fields.ts';

/** DuckDB's name of each field type. */
export const duckdbTypes: Readonly<Record<FieldType, string>> = {
  string: 'VARCHAR',
  long: 'BIGINT',
  int: 'INTEGER',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
};

/** A column as it stands in the statements that make or alter a table. */
export function columnDefinition(name: string, { type, nullable }: Field): string {
  return `"${name}" ${duckdbTypes[type]}${nullable ? '' : ' not null'}`;
}

/**
 * The statement that makes a DuckDB table with these columns where there is none; `table` is already quoted where
 * it must be. Timestamps are UTC without a zone.
 */
export function createTable(table: string, fields: Fields): string {
  const columns = Object.entries(fields).map(([name, field]) => `  ${columnDefinition(name, field)}`);
  return `create table if not exists ${table} (\n${columns.join(',\n')}\n)`;
}
