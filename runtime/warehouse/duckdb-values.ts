import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Row, Scalar } from './marts.ts';

const millisecond = 1000n;

/** The ISO 8601 text of microseconds since the epoch, cut to milliseconds. */
function isoOfMicros(micros: bigint): string {
  return new Date(Number(micros / millisecond)).toISOString();
}

/**
 * The plain value of what DuckDB returns. Integers of any width become numbers: what the marts count stays far below
 * 2^53.
 * @throws Error for a type that no mart has.
 */
export function scalarOf(value: DuckDBValue): Scalar {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof DuckDBDateValue) return value.toString();
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return isoOfMicros(value.micros);
  }
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  throw new Error(`the marts have no values of type ${value.constructor.name}`);
}

/** Rows with plain values, of a result's column names and rows. */
export function plainRows(columns: readonly string[], rows: readonly (readonly DuckDBValue[])[]): Row[] {
  return rows.map((row) => {
    const plain: Record<string, Scalar | readonly Scalar[]> = {};
    for (const [index, column] of columns.entries()) {
      const value = row[index] ?? null;
      plain[column] = value instanceof DuckDBListValue ? value.items.map(scalarOf) : scalarOf(value);
    }
    return plain;
  });
}
