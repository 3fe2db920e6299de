import type { Row } from '../../warehouse/marts/marts.ts';

/** Spreadsheets run a cell that starts with one of these as a formula; a quote in front makes it text. */
const formula = /^[=+\-@\t\r]/;

function cell(value: Row[string]): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.map((item) => item ?? '-').join(' ');
  if (typeof value !== 'string') return String(value);
  const safe = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Rows as CSV (RFC 4180) with a header line of `columns`. */
export function csv(columns: readonly string[], rows: readonly Row[]): string {
  const lines = rows.map((row) => columns.map((column) => cell(row[column] ?? null)).join(','));
  return [columns.join(','), ...lines].map((line) => `${line}\r\n`).join('');
}
