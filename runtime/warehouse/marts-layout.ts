/** In which order the rows of a published mart lie. */
export interface MartLayout {
  /** SQL of this repository. */
  readonly orderBy: string;
  /** Up to how many rows readers hold it in memory. @default {@link residentRows} */
  readonly residentRows?: number;
  /** Whether readers hold it in memory as it is, for a mart of which each request sums much. @default false */
  readonly uncompressed?: boolean;
  /** What readers that hold it in memory keep of it. @default all */
  readonly columns?: readonly string[];
  /**
   * Texts that readers hold as numbers, to filter and group by them fast; equal names share one numbering. A text with
   * thousands of values is grouped faster as a number, but looked up slower.
   */
  readonly enums?: readonly string[];
}

/**
 * Rows of a row group, a multiple of 2048: what a reader that looks for little has to unpack at least. Smaller ones cost
 * more in planning, which looks at the minima and maxima of all, than they save (measured with 1.8 million rows).
 */
export const rowGroup = 61_440;

/** Marts of no more rows than this are held in memory by readers, unless their layout says otherwise. */
export const residentRows = 100_000;

const daily = (key: string): MartLayout => ({
  orderBy: `${key}, day`,
  residentRows: 4_000_000,
  columns: [key, 'day', 'streams', 'listeners'],
});
const runningTotals = (key: string): MartLayout => ({
  orderBy: `day, ${key}`,
  residentRows: 4_000_000,
  uncompressed: true,
  enums: [key],
});
const chart = (key: string): MartLayout => ({
  orderBy: 'region, day, chart_rank',
  residentRows: 2_000_000,
  columns: [
    'region',
    'day',
    'chart_rank',
    key,
    'streams',
    'last_rank',
    'peak_rank',
    'times_on_chart',
    'movement',
  ],
  enums: ['region'],
});
const wrapped: MartLayout = { orderBy: 'user_id, year', residentRows: 1_000_000 };

/**
 * Readers skip the row groups whose minima and maxima rule them out, so each large mart lies in the order in which it is
 * asked for. What is asked for whole and often is held in memory. BigQuery has partitions and clusters instead (`by_day`
 * in dbt).
 */
const layouts: Readonly<Record<string, MartLayout>> = {
  song_popularity_daily: daily('song_key'),
  artist_popularity_daily: daily('artist_key'),
  song_running_totals_daily: runningTotals('song_key'),
  artist_running_totals_daily: runningTotals('artist_key'),
  song_popularity_by_state_daily: {
    orderBy: 'state, day',
    residentRows: 20_000_000,
    enums: ['state', 'song_key', 'artist_key'],
  },
  listeners_by_segment_daily: {
    orderBy: 'state, day',
    residentRows: 1_000_000,
    enums: ['state', 'gender', 'level'],
  },
  demographics_daily: {
    orderBy: 'dimension, state, day',
    residentRows: 1_000_000,
    enums: ['dimension', 'segment', 'state', 'level'],
  },
  song_totals: { orderBy: 'song_key', residentRows: 1_000_000 },
  artist_totals: { orderBy: 'artist_key', residentRows: 1_000_000 },
  charts_songs_daily: chart('song_key'),
  charts_songs_weekly: chart('song_key'),
  charts_artists_daily: chart('artist_key'),
  charts_artists_weekly: chart('artist_key'),
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
  return rows <= (layouts[mart]?.residentRows ?? residentRows);
}
