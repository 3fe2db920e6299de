import { type DuckDBAppender, type DuckDBConnection, DuckDBTimestampValue } from '@duckdb/node-api';
import type { Fields, FieldType, RecordOf } from '../contract/fields.ts';

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

/** Appends rows of the given fields to a table, within the connection's transaction. */
export async function appendRows<F extends Fields>(
  connection: DuckDBConnection,
  schema: string,
  table: string,
  fields: F,
  rows: readonly RecordOf<F>[],
): Promise<void> {
  const appender = await connection.createAppender(table, schema);
  const columns = Object.entries(fields);
  for (const row of rows) {
    for (const [name, { type }] of columns) {
      const value = row[name] as string | number | boolean | null;
      if (value === null) appender.appendNull();
      else appendScalar[type](appender, value);
    }
    appender.endRow();
  }
  appender.closeSync();
}
