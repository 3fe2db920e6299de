import type { DuckDBMaterializedResult, DuckDBValue } from '@duckdb/node-api';
import { dayMs } from '../../contract/durations.ts';
import type { Row, Scalar } from './marts.ts';

/** A result of DuckDB as far as rows are made of it. */
type DuckDbResult = Pick<DuckDBMaterializedResult, 'columnNames' | 'chunkCount' | 'getChunk'>;

/** Days as text by their number: making a day's text costs more than all else of a row, and there are few days. */
const dayTexts = new Map<number, string>();

function dayText(day: number): string {
  const known = dayTexts.get(day);
  if (known !== undefined) return known;
  const text = new Date(day * dayMs).toISOString().slice(0, 10);
  dayTexts.set(day, text);
  return text;
}

/**
 * The plain value of what DuckDB returns. Integers of any width become numbers: what the marts count stays far below
 * 2^53.
 * @throws Error for a value of a type that no mart has.
 */
function scalarOf(value: DuckDBValue): Scalar {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return Number(value);
  if ('days' in value && !('micros' in value)) return dayText(value.days);
  if ('micros' in value && !('days' in value)) return new Date(Number(value.micros) / 1000).toISOString();
  if ('scale' in value) return value.toDouble();
  throw new Error(`the marts have no values such as ${value}`);
}

function plainValue(value: DuckDBValue): Row[string] {
  return typeof value === 'object' && value !== null && 'items' in value
    ? value.items.map(scalarOf)
    : scalarOf(value);
}

/**
 * The rows of a result with plain values, by column name. Read by column and from the result that is there whole: reading
 * by row, or asking for one chunk after the other, costs several times as much.
 */
export function plainRows(result: DuckDbResult): Row[] {
  const names = result.columnNames();
  const rows: Record<string, Row[string]>[] = [];
  for (let index = 0; index < result.chunkCount; index += 1) {
    const chunk = result.getChunk(index);
    const columns = names.map((_, column) => chunk.getColumnValues(column).map(plainValue));
    for (let at = 0; at < chunk.rowCount; at += 1) {
      const row: Record<string, Row[string]> = {};
      for (let column = 0; column < names.length; column += 1) {
        row[names[column] as string] = columns[column]?.[at] ?? null;
      }
      rows.push(row);
    }
  }
  return rows;
}
