import { type MartsVersion, namedQuery } from '../warehouse/marts.ts';
import type { MartsPointer } from '../warehouse/marts-pointer.ts';

/** The days the marts cover, both included, UTC. */
export interface Extent {
  readonly firstDay: string;
  readonly lastDay: string;
}

const extentQuery = namedQuery(
  'extent',
  'select min(day) as first_day, max(day) as last_day from marts.activity_daily',
);

const known = new WeakMap<MartsPointer, Promise<Extent | undefined>>();

async function askExtent(version: MartsVersion): Promise<Extent | undefined> {
  const [row] = await version.query(extentQuery, {});
  return typeof row?.first_day === 'string' && typeof row.last_day === 'string'
    ? { firstDay: row.first_day, lastDay: row.last_day }
    : undefined;
}

/** The days a version covers; undefined where it has no listening. Asked once for each version. */
export function extentOf(version: MartsVersion): Promise<Extent | undefined> {
  const { pointer } = version;
  const answered = known.get(pointer);
  if (answered) return answered;
  const extent = askExtent(version);
  known.set(pointer, extent);
  extent.catch(() => known.delete(pointer));
  return extent;
}
