import { hourMs } from '../contract/durations.ts';
import type { ObjectStore } from '../lake/object-store.ts';
import { formatHour } from '../lake/paths.ts';
import type { HourOfTopic, HourRange, Warehouse } from '../warehouse/raw/warehouse.ts';
import { unseenCommits } from './register-commits.ts';

/** Hours of event time that a check looks at where it is not told, counted back from the newest. */
const checkedHours = 48;
/** Age from which a commit record that no load took up is a fault, milliseconds: a load and half an hour. */
const unseenAfterMs = 90 * 60_000;

/** An hour whose rows are not those of its files. */
interface WrongHour {
  readonly topic: string;
  readonly hour: string;
  /** Rows that its files hold, by their commit records. */
  readonly expected: number;
  readonly rows: number;
}

/** How a warehouse compares with the lake that it was loaded from. */
interface CheckReport {
  /** Hours of topics that were counted, and the rows that they have. */
  readonly hours: number;
  readonly rows: number;
  readonly wrong: readonly WrongHour[];
  /** Hours that have files which are not loaded yet: they are not counted, and the next load takes them up. */
  readonly waiting: number;
  /** Commit records that the loader should have taken up by now. */
  readonly unseen: number;
}

export interface CheckProps {
  readonly store: ObjectStore;
  readonly warehouse: Warehouse;
  /** Hours to count; undefined: the last two days of event time. */
  readonly range: HourRange | undefined;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

const rowsOf = ({ files }: HourOfTopic) => files.reduce((sum, { records }) => sum + records, 0);

async function hoursToCount(warehouse: Warehouse, range: HourRange | undefined) {
  const hours = await warehouse.hoursBetween(range ?? {});
  if (range) return hours;
  const newest = hours.reduce((latest, { hour }) => Math.max(latest, hour), Number.NEGATIVE_INFINITY);
  return hours.filter(({ hour }) => hour > newest - checkedHours * hourMs);
}

/** Counts the rows that the warehouse has of each hour anew, and compares them with what the lake's files hold. */
export async function checkWarehouse({ store, warehouse, range, clock }: CheckProps): Promise<CheckReport> {
  const waiting = new Set((await warehouse.dirtyHours()).map(({ topic, hour }) => `${topic} ${hour}`));
  const settled = (await hoursToCount(warehouse, range)).filter(
    ({ topic, hour }) => !waiting.has(`${topic} ${hour}`),
  );
  const wrong: WrongHour[] = [];
  let rows = 0;
  for (const [topic, hours] of Map.groupBy(settled, (hour) => hour.topic)) {
    const counts = await warehouse.countRows(hours);
    for (const hour of hours) {
      const got = counts.get(hour.hour) ?? 0;
      const expected = rowsOf(hour);
      rows += got;
      if (got !== expected) wrong.push({ topic, hour: formatHour(hour.hour), expected, rows: got });
    }
  }
  let unseen = 0;
  for await (const { commit } of unseenCommits(store, warehouse)) {
    if (commit.committedAt < clock() - unseenAfterMs) unseen++;
  }
  return { hours: settled.length, rows, wrong, waiting: waiting.size, unseen };
}

/** What is wrong in a report, for a person; undefined where nothing is. */
export function faultOf({ wrong, unseen }: CheckReport): string | undefined {
  const lines = [
    ...wrong
      .slice(0, 10)
      .map(
        ({ topic, hour, expected, rows }) => `${topic} ${hour}: its files hold ${expected} rows, got ${rows}`,
      ),
    ...(wrong.length > 10 ? [`and ${wrong.length - 10} more such hours, in the log`] : []),
    ...(unseen > 0 ? [`${unseen} commit records are older than 90 minutes and were never loaded`] : []),
  ];
  if (lines.length === 0) return undefined;
  return `the warehouse is not what the lake holds; load the hours again with --since and --until:\n  ${lines.join('\n  ')}`;
}
