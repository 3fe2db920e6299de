import { dayMs } from '../../contract/durations.ts';

/** Days since 1970-01-01 of a calendar date. */
function dayNumber(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / dayMs;
}

/** 0 for Sunday to 6 for Saturday; 1970-01-01 was a Thursday. */
function weekday(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

function nthWeekday(year: number, month: number, wanted: number, nth: number): number {
  const first = dayNumber(year, month, 1);
  return first + ((wanted - weekday(first) + 7) % 7) + 7 * (nth - 1);
}

function lastWeekday(year: number, month: number, wanted: number): number {
  const last = dayNumber(year, month + 1, 1) - 1;
  return last - ((weekday(last) - wanted + 7) % 7);
}

/** A holiday on a Saturday is kept on Friday, one on a Sunday on Monday. */
function observed(day: number): number {
  if (weekday(day) === 6) return day - 1;
  return weekday(day) === 0 ? day + 1 : day;
}

/**
 * The federal holidays of the United States in a year (5 U.S.C. 6103), as they are observed, in days since
 * 1970-01-01. Juneteenth counts from 2021. The list of a year may hold 31 December: the next New Year's Day.
 */
export function federalHolidays(year: number): readonly number[] {
  const monday = 1;
  const thursday = 4;
  return [
    observed(dayNumber(year, 1, 1)),
    nthWeekday(year, 1, monday, 3),
    nthWeekday(year, 2, monday, 3),
    lastWeekday(year, 5, monday),
    ...(year >= 2021 ? [observed(dayNumber(year, 6, 19))] : []),
    observed(dayNumber(year, 7, 4)),
    nthWeekday(year, 9, monday, 1),
    nthWeekday(year, 10, monday, 2),
    observed(dayNumber(year, 11, 11)),
    nthWeekday(year, 11, thursday, 4),
    observed(dayNumber(year, 12, 25)),
    observed(dayNumber(year + 1, 1, 1)),
  ].filter((day) => new Date(day * dayMs).getUTCFullYear() === year);
}

/** Knows for each day whether it is a Saturday, a Sunday or a federal holiday. */
export class OffDays {
  readonly #holidays = new Map<number, ReadonlySet<number>>();

  /** Whether `day` (days since 1970-01-01) is off. */
  has(day: number): boolean {
    const name = weekday(day);
    if (name === 0 || name === 6) return true;
    const year = new Date(day * dayMs).getUTCFullYear();
    let holidays = this.#holidays.get(year);
    if (!holidays) {
      holidays = new Set(federalHolidays(year));
      this.#holidays.set(year, holidays);
    }
    return holidays.has(day);
  }
}
