import type { Fields } from '../contract/fields.ts';

/** Characters that mean the same inside quotes in BigQuery and DuckDB; all names of ours are made of them. */
const plainText = /^[\w\-./=: ]*$/;

/**
 * A value as a literal that BigQuery and DuckDB both read.
 * @throws RangeError on text with a character that would have to be escaped: no name in the lake has one.
 */
export function literal(type: Fields[string]['type'], value: string | number | boolean | null): string {
  if (value === null) return 'null';
  if (type === 'timestamp') return timestampLiteral(Number(value));
  if (typeof value !== 'string') return String(value);
  if (!plainText.test(value)) throw new RangeError(`${JSON.stringify(value)} cannot be written into a query`);
  return `'${value}'`;
}

/** Any text as a literal that DuckDB reads. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** An instant, milliseconds since the epoch, as a timestamp literal in UTC. */
export function timestampLiteral(instant: number): string {
  return `timestamp '${new Date(instant).toISOString().replace('T', ' ').replace('Z', '+00')}'`;
}

/** `insert` statements for rows of a table, each with at most `rowsPerStatement` rows. */
export function insertStatements(
  table: string,
  fields: Fields,
  rows: readonly Readonly<Record<string, string | number | boolean | null>>[],
  rowsPerStatement = 200,
): string[] {
  const columns = Object.entries(fields);
  const names = columns.map(([name]) => name).join(', ');
  const statements: string[] = [];
  for (let at = 0; at < rows.length; at += rowsPerStatement) {
    const values = rows
      .slice(at, at + rowsPerStatement)
      .map((row) => `(${columns.map(([name, { type }]) => literal(type, row[name] ?? null)).join(', ')})`);
    statements.push(`insert into ${table} (${names}) values\n${values.join(',\n')}`);
  }
  return statements;
}
