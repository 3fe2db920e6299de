import * as charts from './charts.ts';
import * as listening from './listening.ts';
import type { Recalculation, Row } from './plain.ts';
import * as users from './users.ts';
import * as wrapped from './wrapped.ts';

/** What follows from the events alone; each file here says which tables it calculates. */
export const recalculations: readonly Recalculation[] = [listening, users, charts, wrapped].flatMap(
  ({ recalculations: own }) => own,
);

/** Fractions to the nearest millionth: both sides divide whole numbers, in another order. Days without their midnight. */
export function rounded(rows: readonly Row[]): Row[] {
  const round = (value: Row[string], name: string) => {
    if (typeof value === 'number') return Math.round(value * 1e6) / 1e6;
    return /(^|_)day$|^cohort_week$/.test(name) && value !== null ? String(value).slice(0, 10) : value;
  };
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, round(value, name)])),
  );
}
