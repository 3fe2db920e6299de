import type { PipelineRowOf } from '../../contract/pipeline-tables.ts';
import { SetupError } from '../../program/errors.ts';
import type { HourOfTopic } from './warehouse.ts';

/** What is known of a load when its rows have been counted. Times are milliseconds since the epoch. */
interface CountedLoad {
  readonly run: string;
  readonly startedAt: number;
  readonly loadedAt: number;
  /** Rows that the table has now, by the start of their hour. */
  readonly rowsByHour: ReadonlyMap<number, number>;
}

/**
 * The audit rows of hours that were loaded.
 * @throws SetupError `load_mismatch` when an hour has not as many rows as the commit records name.
 */
export function auditRows(
  hours: readonly HourOfTopic[],
  { run, startedAt, loadedAt, rowsByHour }: CountedLoad,
): PipelineRowOf<'load_audit'>[] {
  return hours.map(({ topic, hour, files }) => {
    const expected = files.reduce((sum, file) => sum + file.records, 0);
    const rows = rowsByHour.get(hour) ?? 0;
    if (rows !== expected) {
      throw new SetupError(
        'load_mismatch',
        `${topic} hour ${new Date(hour).toISOString().slice(0, 13)}: the commit records name ${expected} rows in ${files.length} files, the table got ${rows}`,
      );
    }
    return { topic, hour, run, files: files.length, rows, startedAt, loadedAt };
  });
}
