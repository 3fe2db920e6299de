/** In which order the rows of a published mart lie. */
export interface MartLayout {
  /** SQL of this repository. */
  readonly orderBy: string;
  /** The order of a second copy, for queries that look up one item over all days. */
  readonly lookup?: string;
  /** Whether readers hold it in memory whatever its size. */
  readonly resident?: true;
}

/**
 * Rows of a row group, a multiple of 2048: what a reader that looks for little has to unpack at least. Smaller ones cost
 * more in planning, which looks at the minima and maxima of all, than they save (measured with 1.8 million rows).
 */
export const rowGroup = 61_440;

/** Marts of no more rows than this are held in memory by readers. */
export const residentRows = 100_000;

const popularity = (key: string): MartLayout => ({ orderBy: 'day', lookup: `${key}, day` });
const chart: MartLayout = { orderBy: 'region, day, chart_rank' };
const wrapped: MartLayout = { orderBy: 'user_id, year' };

/**
 * Readers skip the row groups whose minima and maxima rule them out, so each large mart lies in the order in which it is
 * asked for. What is asked for whole and often is held in memory. BigQuery has partitions and clusters instead (`by_day`
 * in dbt).
 */
const layouts: Readonly<Record<string, MartLayout>> = {
  song_popularity_daily: popularity('song_key'),
  artist_popularity_daily: popularity('artist_key'),
  song_popularity_weekly: { orderBy: 'day', resident: true },
  artist_popularity_weekly: { orderBy: 'day', resident: true },
  song_popularity_by_state_daily: { orderBy: 'state, day' },
  demographics_daily: { orderBy: 'dimension, day' },
  charts_songs_daily: chart,
  charts_songs_weekly: chart,
  charts_artists_daily: chart,
  charts_artists_weekly: chart,
  wrapped_user_year: wrapped,
  wrapped_top_songs: wrapped,
  wrapped_top_artists: wrapped,
};

/** The layout of a mart; undefined for one that is read whole. */
export function layoutOf(mart: string): MartLayout | undefined {
  return layouts[mart];
}

/** Whether readers hold a mart of so many rows in memory. */
export function isResident(mart: string, rows: number): boolean {
  return rows <= residentRows || layouts[mart]?.resident === true;
}
