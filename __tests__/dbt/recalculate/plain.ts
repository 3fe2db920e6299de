import { createHash } from 'node:crypto';
import type { EventOf } from '../../../runtime/contract/topics.ts';
import type { EventsByTopic } from '../listeners.ts';

/*
 * The marts, calculated a second time from the raw events and written as plainly as possible: loops and maps, no SQL,
 * nothing shared with dbt. Lists come sorted by their key columns.
 */

/** A row of a mart: instants and days as ISO text. */
export type Row = Record<string, string | number | boolean | null>;

/** A table, the calculation it must equal, its columns and the key to order by. */
export type Recalculation = readonly [string, (events: EventsByTopic) => Row[], string, string];

export type Listen = EventOf<'listen_events'>;
export type View = EventOf<'page_view_events'>;

const dayMs = 86_400_000;

export const dayOf = (ts: number): string => new Date(ts).toISOString().slice(0, 10);
export const hourOf = (ts: number): string => `${new Date(ts).toISOString().slice(0, 13)}:00:00.000Z`;
export const addDays = (day: string, days: number): string => dayOf(Date.parse(day) + days * dayMs);
export const daysBetween = (first: string, last: string): number =>
  (Date.parse(last) - Date.parse(first)) / dayMs;

/** Monday of the week of a day. */
export function weekOf(day: string): string {
  const sundayIsZero = new Date(day).getUTCDay();
  return addDays(day, -((sundayIsZero + 6) % 7));
}

/** Every day from the first to the last. */
export function calendar(first: string, last: string): string[] {
  const days = [];
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}

/** Length of a song in whole milliseconds. */
export const milliseconds = (event: { duration: number }): number => Math.round(event.duration * 1000);

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** Key of an artist: the md5 of the name. */
export const artistOf = (event: { artist: string }): string => md5(event.artist);

/** Key of a song: the catalogue's, or the md5 of its names where there is none. */
export const songOf = (event: { trackId: string | null; artist: string; song: string }): string =>
  event.trackId ?? md5(`${event.artist}|${event.song}`);

/** Items by the text that `by` gives them, in order of first appearance. */
export function groupBy<T>(items: Iterable<T>, by: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(by(item));
    if (group) group.push(item);
    else groups.set(by(item), [item]);
  }
  return groups;
}

/** Rows in the order of these columns. */
export function sortedBy(rows: readonly Row[], ...columns: string[]): Row[] {
  const compare = (a: Row, b: Row) => {
    for (const column of columns) {
      const [x, y] = [a[column] ?? '', b[column] ?? ''];
      if (x !== y) return x < y ? -1 : 1;
    }
    return 0;
  };
  return [...rows].sort(compare);
}
