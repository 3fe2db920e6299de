import { type MartsVersion, namedQuery } from '../../warehouse/marts/marts.ts';
import { oncePerVersion } from './once-per-version.ts';

/** The days the marts cover, both included, UTC. */
export interface Extent {
  readonly firstDay: string;
  readonly lastDay: string;
}

const extentQuery = namedQuery(
  'extent',
  'select min(day) as first_day, max(day) as last_day from marts.activity_daily',
);

async function askExtent(version: MartsVersion): Promise<Extent | undefined> {
  const [row] = await version.query(extentQuery, {});
  return typeof row?.first_day === 'string' && typeof row.last_day === 'string'
    ? { firstDay: row.first_day, lastDay: row.last_day }
    : undefined;
}

/** The days a version covers; undefined where it has no listening. */
export const extentOf = oncePerVersion(askExtent);
