import { addDays, daysIn, isDay } from '../shared/days.ts';
import { usStateOf } from '../shared/us-states.ts';

/** The days the data cover. */
export interface Extent {
  readonly firstDay: string;
  readonly lastDay: string;
}

/** What a reader narrows the page to; lives in the address. */
export interface Filters {
  /** Days back from the last one, `all`, or `custom` with `from` and `to`. */
  readonly range: Range;
  readonly from: string;
  readonly to: string;
  readonly state: string | undefined;
  readonly level: 'free' | 'paid' | undefined;
}

/** The periods offered. */
export const ranges = {
  '7': '7 days',
  '28': '28 days',
  '90': '90 days',
  '365': '1 year',
  all: 'All',
} as const;
export type Range = keyof typeof ranges | 'custom';

const defaultRange: Range = '28';

/** Reads the filters from an address's search part; what is not valid there counts as absent. */
export function readFilters(search: string, extent: Extent): Filters {
  const given = new URLSearchParams(search);
  const state = given.get('state')?.toUpperCase();
  const level = given.get('level');
  const audience = {
    state: state && usStateOf(state) ? state : undefined,
    level: level === 'free' || level === 'paid' ? level : undefined,
  } as const;
  const from = given.get('from');
  const to = given.get('to');
  if (isDay(from) && isDay(to) && from <= to) return { range: 'custom', from, to, ...audience };
  const asked = given.get('range') ?? defaultRange;
  const range = Object.hasOwn(ranges, asked) ? (asked as Range) : defaultRange;
  const start = range === 'all' ? extent.firstDay : addDays(extent.lastDay, 1 - Number(range));
  const reachesBack = start >= extent.firstDay;
  return {
    range,
    from: reachesBack ? start : extent.firstDay,
    to: extent.lastDay,
    ...audience,
  };
}

/** The search part that reads back as these filters; what is the default is left out. */
export function writeFilters({ range, from, to, state, level }: Filters): string {
  const search = new URLSearchParams();
  if (range === 'custom') {
    search.set('from', from);
    search.set('to', to);
  } else if (range !== defaultRange) search.set('range', range);
  if (state) search.set('state', state);
  if (level) search.set('level', level);
  return search.size > 0 ? `?${search}` : '';
}

/** The period of the same length that ended the day before; undefined where the data do not reach back that far. */
export function previousPeriod(
  { from, to }: Pick<Filters, 'from' | 'to'>,
  extent: Extent,
): { from: string; to: string } | undefined {
  const length = daysIn(from, to);
  const previous = { from: addDays(from, -length), to: addDays(from, -1) };
  return previous.from < extent.firstDay ? undefined : previous;
}
