import type { Row } from '../../warehouse/marts/marts.ts';
import { mondayOf } from '../shared/days.ts';

/** Lengths of time that days add up to. */
type LongGrain = 'week' | 'month';

const startOf = { week: mondayOf, month: (day: string) => `${day.slice(0, 7)}-01` };

interface Sum {
  days: number;
  streams: number;
  listeners: number;
  minutes: number;
}

/**
 * Days as weeks or months, each named by its first day. Streams and minutes add up; listeners of several days do not,
 * so theirs is the average day's.
 */
export function rollUp(days: readonly Row[], grain: LongGrain): Row[] {
  const sums = new Map<string, Sum>();
  for (const { period, streams, listeners, minutes } of days) {
    const start = startOf[grain](String(period));
    const sum = sums.get(start) ?? { days: 0, streams: 0, listeners: 0, minutes: 0 };
    sum.days += 1;
    sum.streams += Number(streams);
    sum.listeners += Number(listeners);
    sum.minutes += Number(minutes);
    sums.set(start, sum);
  }
  return [...sums].map(([period, { days: count, streams, listeners, minutes }]) => ({
    period,
    streams,
    listeners: listeners / count,
    minutes,
  }));
}
