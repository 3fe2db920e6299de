import type { EventsByTopic } from '../listeners.ts';
import * as charts from './charts.ts';
import * as listening from './listening.ts';
import type { Row } from './plain.ts';
import * as users from './users.ts';
import * as wrapped from './wrapped.ts';

const chartColumns = (listeners: string) =>
  `day, region, chart_rank, streams, ${listeners}, last_rank, peak_rank, times_on_chart, movement, drops_out`;
const totalsColumns = 'streams, minutes, first_day, last_day, best_day, best_day_streams';

/** A table, the calculation it must equal, its columns and the key to order by. */
export type Recalculation = readonly [string, (events: EventsByTopic) => Row[], string, string];

/** What follows from the events alone. */
export const recalculations: readonly Recalculation[] = [
  ['marts.activity_hourly', listening.activityHourly, 'hour, streams, listeners, minutes', 'hour'],
  [
    'marts.activity_daily',
    listening.activityDaily,
    'day, streams, listeners, minutes, new_users, sessions',
    'day',
  ],
  [
    'marts.song_popularity_daily',
    listening.songPopularityDaily,
    'day, song, artist, streams, listeners, minutes, paid_streams, paid_minutes',
    'day, song, artist',
  ],
  [
    'marts.artist_popularity_daily',
    listening.artistPopularityDaily,
    'day, artist, streams, listeners, minutes, paid_streams, paid_minutes',
    'day, artist',
  ],
  [
    'marts.song_running_totals_daily',
    listening.songRunningTotalsDaily,
    'day, song_key, streams, minutes, paid_streams, paid_minutes',
    'day, song_key',
  ],
  [
    'marts.artist_running_totals_daily',
    listening.artistRunningTotalsDaily,
    'day, artist_key, streams, minutes, paid_streams, paid_minutes',
    'day, artist_key',
  ],
  [
    'marts.song_popularity_by_state_daily',
    listening.songPopularityByStateDaily,
    'day, state, song_key, streams, minutes, paid_streams, paid_minutes',
    'day, state, song_key',
  ],
  ['marts.song_totals', listening.songTotals, `song_key, ${totalsColumns}`, 'song_key'],
  ['marts.artist_totals', listening.artistTotals, `artist_key, ${totalsColumns}`, 'artist_key'],
  [
    'marts.demographics_daily',
    listening.demographicsDaily,
    'dimension, day, state, level, segment, listeners, streams, minutes',
    'dimension, day, state, level, segment',
  ],
  [
    'marts.sessions_daily',
    listening.sessionsDaily,
    'day, sessions, known_sessions, single_page_sessions, page_views, streams, mean_minutes',
    'day',
  ],
  [
    'marts.listeners_by_segment_daily',
    listening.listenersBySegmentDaily,
    'day, state, gender, level, listeners, streams, minutes',
    'day, state, gender, level',
  ],
  [
    'core.dim_users',
    listening.dimUsers,
    'user_id, level, valid_from, valid_to, is_current',
    'user_id, valid_from',
  ],
  [
    'marts.active_users_daily',
    users.activeUsersDaily,
    'day, dau, wau, mau, stickiness, new_users, returning_users, resurrected_users, churned_users',
    'day',
  ],
  [
    'marts.retention_cohorts_weekly',
    users.retentionCohortsWeekly,
    'cohort_week, weeks_since, cohort_users, active_users, retention',
    'cohort_week, weeks_since',
  ],
  [
    'marts.conversion_funnel_daily',
    users.conversionFunnelDaily,
    'day, visits, register_views, sign_ups, listened, upgraded',
    'day',
  ],
  [
    'marts.subscriptions_daily',
    users.subscriptionsDaily,
    'day, upgrades, downgrades, cancellations, paid_users, free_users',
    'day',
  ],
  [
    'marts.charts_songs_daily',
    charts.chartsSongsDaily,
    `song_key as item, ${chartColumns('listeners')}`,
    'day, region, item',
  ],
  [
    'marts.charts_songs_weekly',
    charts.chartsSongsWeekly,
    `song_key as item, ${chartColumns('listener_days')}`,
    'day, region, item',
  ],
  [
    'marts.charts_artists_daily',
    charts.chartsArtistsDaily,
    `artist_key as item, ${chartColumns('listeners')}`,
    'day, region, item',
  ],
  [
    'marts.charts_artists_weekly',
    charts.chartsArtistsWeekly,
    `artist_key as item, ${chartColumns('listener_days')}`,
    'day, region, item',
  ],
  [
    'marts.wrapped_user_year',
    wrapped.wrappedUserYear,
    'user_id, year, streams, songs, artists, minutes, percentile, top_song, top_artist, first_song, first_streamed_at, favourite_hour, listening_days, longest_streak_days',
    'user_id, year',
  ],
  [
    'marts.wrapped_top_songs',
    wrapped.wrappedTopSongs,
    'user_id, year, position, song, streams, minutes',
    'user_id, year, position',
  ],
  [
    'marts.wrapped_top_artists',
    wrapped.wrappedTopArtists,
    'user_id, year, position, artist, songs, streams, minutes',
    'user_id, year, position',
  ],
];

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
