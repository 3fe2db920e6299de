import { type DuckDBAppender, type DuckDBConnection, DuckDBTimestampValue } from '@duckdb/node-api';
import type { Fields, FieldType, RecordOf } from '../../contract/fields.ts';

const appendScalar: Readonly<
  Record<FieldType, (appender: DuckDBAppender, value: string | number | boolean) => void>
> = {
  string: (appender, value) => appender.appendVarchar(String(value)),
  long: (appender, value) => appender.appendBigInt(BigInt(value)),
  int: (appender, value) => appender.appendInteger(Number(value)),
  double: (appender, value) => appender.appendDouble(Number(value)),
  boolean: (appender, value) => appender.appendBoolean(Boolean(value)),
  timestamp: (appender, value) => appender.appendTimestamp(new DuckDBTimestampValue(BigInt(value) * 1000n)),
};

/** Appends rows of the given fields to a table that has columns for all of them, within the connection's transaction. */
export async function appendRows<F extends Fields>(
  connection: DuckDBConnection,
  schema: string,
  table: string,
  fields: F,
  rows: readonly RecordOf<F>[],
): Promise<void> {
  const appender = await connection.createAppender(table, schema);
  // The appender goes by place, and a column that was added to an older table is its last.
  const columns = (await connection.run(`from ${schema}.${table} limit 0`)).columnNames();
  for (const row of rows) {
    for (const name of columns) {
      const field = fields[name];
      const value = row[name] as string | number | boolean | null | undefined;
      if (!field || value === null || value === undefined) appender.appendNull();
      else appendScalar[field.type](appender, value);
    }
    appender.endRow();
  }
  appender.closeSync();
}
