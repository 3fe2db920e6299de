import type { FieldType } from './fields.ts';
import { lakeRecordFields, type Topic } from './topics.ts';

const duckdbTypes: Readonly<Record<FieldType, string>> = {
  string: 'VARCHAR',
  long: 'BIGINT',
  int: 'INTEGER',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
};

/** A column of a raw DuckDB table. Timestamps are UTC without a zone. */
export interface DuckDbColumn {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

/** The columns of a topic's raw table, in the order of the lake record. */
export function duckdbColumns(topic: Topic): readonly DuckDbColumn[] {
  return Object.entries(lakeRecordFields(topic)).map(([name, field]) => ({
    name,
    type: duckdbTypes[field.type],
    nullable: field.nullable,
  }));
}

/** `create table if not exists` for a topic's raw table; `table` is already quoted where it must be. */
export function createRawTable(table: string, topic: Topic): string {
  const columns = duckdbColumns(topic)
    .map(({ name, type, nullable }) => `  "${name}" ${type}${nullable ? '' : ' not null'}`)
    .join(',\n');
  return `create table if not exists ${table} (\n${columns}\n)`;
}
