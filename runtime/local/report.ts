import type { TopicCounts } from './reconcile.ts';

const number = new Intl.NumberFormat('en-US');

/** A count with thousands separated. */
export function formatCount(count: number): string {
  return number.format(Math.round(count));
}

/** A bar of 24 characters with a percentage. */
export function progressBar(fraction: number): string {
  const width = 24;
  const filled = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${String(Math.floor(fraction * 100)).padStart(3)} %`;
}

/** Rows as an aligned table: the first column to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

/** The counts of every place, one line per topic and one for their sum. */
export function countsTable(counts: readonly TopicCounts[]): string {
  const columns = ['generated', 'kafka', 'lake', 'deadLetters', 'warehouse'] as const;
  const sums = columns.map((column) => counts.reduce((sum, count) => sum + (count[column] ?? 0), 0));
  return table([
    ['topic', 'generated', 'Kafka', 'lake', 'dead letters', 'warehouse'],
    ...counts.map((count) => [
      count.topic,
      ...columns.map((column) => {
        const value = count[column];
        return value === undefined ? '–' : formatCount(value);
      }),
    ]),
    ['all', ...sums.map(formatCount)],
  ]);
}
