import type { JS } from '@duckdb/node-api';
import type { Row, Scalar } from './marts.ts';

/** A result of DuckDB as far as rows are made of it. */
export interface DuckDbResult {
  columnNames(): readonly string[];
  columnTypes(): readonly { toString(): string }[];
  getRowsJS(): readonly (readonly JS[])[];
}

/**
 * The plain value of what DuckDB returns. Integers of any width become numbers: what the marts count stays far below
 * 2^53.
 * @throws Error for a value of a type that no mart has.
 */
function scalarOf(value: JS, type: string): Scalar {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return type === 'DATE' ? value.toISOString().slice(0, 10) : value.toISOString();
  throw new Error(`the marts have no values of type ${type}`);
}

/** The rows of a result with plain values, by column name. */
export function plainRows(result: DuckDbResult): Row[] {
  const names = result.columnNames();
  const types = result.columnTypes().map(String);
  return result.getRowsJS().map((values) =>
    Object.fromEntries(
      names.map((name, index) => {
        const value = values[index] ?? null;
        const type = types[index] ?? '';
        const plain = Array.isArray(value)
          ? value.map((entry) => scalarOf(entry, type.replace(/\[\]$/, '')))
          : scalarOf(value, type);
        return [name, plain];
      }),
    ),
  );
}
