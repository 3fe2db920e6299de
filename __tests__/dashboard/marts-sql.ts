import { type Mart, readMarts } from '../../scripts/generators/marts.ts';
import { pipelineSql } from './pipeline-sql.ts';

/** How large the synthetic history is. */
export interface FixtureSize {
  readonly lastDay: string;
  readonly days: number;
  readonly songs: number;
  readonly statesOf: readonly string[];
  /** @default 12 */
  readonly artists?: number;
  /** @default 30 */
  readonly listeners?: number;
  /** Of a state's songs, every so manyth is heard on a day. @default 1 */
  readonly heardEvery?: number;
  /** Places on a chart. @default 30 */
  readonly chartSize?: number;
}

const charts = (
  kind: 'songs' | 'artists',
  cycle: 'daily' | 'weekly',
  { statesOf, chartSize = 30 }: FixtureSize,
) => {
  const states = statesOf.map((code) => `'${code}'`).join(', ');
  const names = kind === 'songs' ? 'song, artist' : 'artist';
  const key = kind === 'songs' ? 'song_key' : 'artist_key';
  const mart = kind === 'songs' ? 'song_popularity_daily' : 'artist_popularity_daily';
  const start = cycle === 'daily' ? 'day' : "date_trunc('week', day)::date";
  const length = cycle === 'daily' ? 1 : 7;
  // The region shifts the streams by a number of its own, so that each region has a chart of its own.
  return `create or replace table marts.charts_${kind}_${cycle} as
    with regions as (select unnest(['US', ${states}]) as region, generate_subscripts(['US', ${states}], 1) as r),
    played as (
      select ${start} as day, region, ${key}, ${names
        .split(', ')
        .map((name) => `max(${name}) as ${name}`)
        .join(', ')},
        sum(streams + (streams * r) % 17)::bigint as streams
      from (
        select * from marts.${mart}
        qualify row_number() over (partition by day order by streams desc, ${key}) <= ${chartSize * 2}
      ), regions group by 1, 2, 3
    ),
    ranked as (
      select *, row_number() over (partition by day, region order by streams desc, ${key}) as chart_rank from played
      qualify chart_rank <= ${chartSize}
    ),
    past as (
      select *, lag(day) over item as last_day, lag(chart_rank) over item as rank_before,
        min(chart_rank) over (item rows unbounded preceding) as peak_rank, row_number() over item as times_on_chart
      from ranked window item as (partition by region, ${key} order by day)
    )
    select day, region, chart_rank, ${key}, ${names}, streams,
      case when last_day = day - ${length} then rank_before end as last_rank, peak_rank, times_on_chart,
      case when times_on_chart = 1 then 'new' when last_rank is null then 're-entry'
        when chart_rank < last_rank then 'up' when chart_rank > last_rank then 'down' else 'same' end as movement
    from past`;
};

/** Each item of the fixture is heard on each day, so that no day must be filled in. */
const runningTotals = (kind: 'song' | 'artist') =>
  `create or replace table marts.${kind}_running_totals_daily as
    select day, ${kind}_key, sum(streams) over item::bigint as streams, sum(minutes) over item as minutes,
      sum(paid_streams) over item::bigint as paid_streams, sum(paid_minutes) over item as paid_minutes
    from marts.${kind}_popularity_daily
    window item as (partition by ${kind}_key order by day rows unbounded preceding)`;

const totals = (kind: 'song' | 'artist', names: string) =>
  `create or replace table marts.${kind}_totals as
    select ${kind}_key, ${names}, sum(streams)::bigint as streams, sum(minutes) as minutes, min(day) as first_day,
      max(day) as last_day, min_by(day, (-streams, day)) as best_day, max(streams) as best_day_streams
    from marts.${kind}_popularity_daily group by all`;

const popularity = (size: FixtureSize, states: string) => [
  `create or replace table marts.song_popularity_daily as
    select day, 'song-' || i as song_key, 'Song ' || i || ' & <b>Love</b>' as song,
      'Artist ' || (i % ${size.artists ?? 12}) as artist,
      cast(${size.songs} * 3 - i * 2 + (n * (i + 3)) % 11 as bigint) as streams, cast(10 + i % 4 as bigint) as listeners,
      streams * 3.5e0 as minutes, cast((streams + i) % 5 as bigint) as paid_streams, paid_streams * 3.5e0 as paid_minutes
    from d, range(${size.songs}) r(i)`,
  `create or replace table marts.artist_popularity_daily as
    select day, md5(artist) as artist_key, artist, sum(streams)::bigint as streams, max(listeners) as listeners,
      sum(minutes) as minutes, sum(paid_streams)::bigint as paid_streams, sum(paid_minutes) as paid_minutes
    from marts.song_popularity_daily group by day, artist`,
  runningTotals('song'),
  runningTotals('artist'),
  `create or replace table marts.song_popularity_by_state_daily as
    select day, state, 'song-' || i as song_key, md5('Artist ' || (i % ${size.artists ?? 12})) as artist_key,
      cast(1 + (n + i * s) % 5 as bigint) as streams, streams * 3.5e0 as minutes,
      cast((n + i) % 2 as bigint) as paid_streams, paid_streams * 3.5e0 as paid_minutes
    from d, range(${size.songs}) r(i),
      (select unnest([${states}]) as state, generate_subscripts([${states}], 1) as s)
    where (i * 7 + s * 13 + n * 3) % ${size.heardEvery ?? 1} = 0`,
  totals('song', 'song, md5(artist) as artist_key, artist'),
  totals('artist', 'artist'),
];

const activity = (states: string) => [
  `create or replace table marts.listeners_by_segment_daily as
    select day, state, gender, level, cast(5 + s * 3 + n % 7 as bigint) as listeners,
      cast((5 + s * 3 + n % 7) * (8 + n % 5) as bigint) as streams, (5 + s * 3 + n % 7) * (8 + n % 5) * 3.5e0 as minutes
    from d, (
      select state, gender, level, (s * 4 + g * 2 + l) as s
      from (select unnest([${states}]) as state, generate_subscripts([${states}], 1) as s),
        (select unnest(['F', 'M']) as gender, unnest([0, 1]) as g),
        (select unnest(['free', 'paid']) as level, unnest([1, 0]) as l)
    )`,
  `create or replace table marts.activity_daily as
    select day, sum(streams)::bigint as streams, sum(listeners)::bigint as listeners, sum(minutes) as minutes,
      cast(3 + extract(day from day) % 9 as bigint) as new_users, cast(sum(listeners) * 1.2 as bigint) as sessions
    from marts.listeners_by_segment_daily group by day`,
  `create or replace table marts.activity_hourly as
    select day + to_hours(cast(h as integer)) as hour, day, cast(streams * (1 + h) / 300 as bigint) as streams,
      cast(listeners * (1 + h) / 60 as bigint) as listeners, minutes * (1 + h) / 300 as minutes
    from marts.activity_daily, range(24) r(h)`,
  `create or replace table marts.demographics_daily as
    select day, state, level, dimension, segment, sum(listeners * part)::bigint as listeners,
      sum(streams * part)::bigint as streams, sum(minutes * part) as minutes
    from marts.listeners_by_segment_daily, (values ('device', 'iPhone', 2), ('device', 'Windows', 3), ('device', 'Mac', 6),
      ('account_age', 'first week', 5), ('account_age', 'older', 2)) as v(dimension, segment, part)
    group by day, state, level, dimension, segment`,
];

const growth = [
  `create or replace table marts.active_users_daily as
    select day, 100 + n % 13 as dau, 300 + n % 17 as wau, 700 + n as mau,
      (100 + n % 13)::double / (700 + n) as stickiness, n % 9 as new_users, 50 + n % 8 as returning_users,
      n % 3 as resurrected_users, n % 5 as churned_users
    from d`,
  `create or replace table marts.subscriptions_daily as
    select day, n % 7 as upgrades, n % 4 as downgrades, n % 3 as cancellations, 200 + n * 3 as paid_users,
      800 + n * 2 as free_users
    from d`,
  `create or replace table marts.sessions_daily as
    select day, 150 + n as sessions, 120 + n as known_sessions, 10 + n % 4 as single_page_sessions,
      3000 + n as page_views, 2000 + n as streams, 41.5e0 + n % 6 as mean_minutes
    from d`,
  `create or replace table marts.conversion_funnel_daily as
    select day, 90 + n % 10 as visits, 40 + n % 5 as register_views, 20 + n % 4 as sign_ups, 15 + n % 3 as listened,
      n % 4 as upgraded
    from d`,
  `create or replace table marts.retention_cohorts_weekly as
    with weeks as (select distinct date_trunc('week', day)::date as week from d)
    select one.week as cohort_week, cast((other.week - one.week) / 7 as bigint) as weeks_since, 80 as cohort_users,
      cast(80 / (1 + (other.week - one.week) / 7) as bigint) as active_users,
      cast(80 / (1 + (other.week - one.week) / 7) as bigint) / 80e0 as retention
    from weeks as one inner join weeks as other on other.week >= one.week`,
];

/** Listener n has years that differ in every figure from those of the others. */
const wrapped = ({ listeners = 30 }: FixtureSize) => [
  `create or replace table marts.wrapped_user_year as
    select user_id, year, 100 + user_id * 7 as streams, 60 + user_id * 3 as songs, 20 + user_id as artists,
      (100 + user_id * 7) * 3.5e0 as minutes, (row_number() over (partition by year order by user_id) - 1) / ${listeners - 1}e0
        as percentile,
      'song-' || (user_id % 9) as top_song_key, 'Song ' || (user_id % 9) || ' & <b>Love</b>' as top_song,
      'Artist ' || (user_id % 9) as top_song_artist, md5('Artist ' || (user_id % 5)) as top_artist_key,
      'Artist ' || (user_id % 5) as top_artist, 'Song 3' as first_song, 'Artist 3' as first_song_artist,
      make_timestamp(year, 1, 1, 0, 7, 0) as first_streamed_at, user_id % 24 as favourite_hour,
      10 + user_id as listening_days, 1 + user_id % 20 as longest_streak_days
    from (select i * 10 + 7 as user_id, unnest([2025, 2026]) as year from range(${listeners}) r(i))`,
  `create or replace table marts.wrapped_top_songs as
    select user_id, year, p as position, 'song-' || ((user_id + p - 1) % 9) as song_key,
      'Song ' || ((user_id + p - 1) % 9) || ' & <b>Love</b>' as song, 'Artist ' || ((user_id + p - 1) % 9) as artist,
      40 - p * 3 as streams, (40 - p * 3) * 3.5e0 as minutes, first_streamed_at
    from marts.wrapped_user_year, range(1, 6) r(p)`,
  `create or replace table marts.wrapped_top_artists as
    select user_id, year, p as position, md5('Artist ' || ((user_id + p - 1) % 5)) as artist_key,
      'Artist ' || ((user_id + p - 1) % 5) as artist, 4 as songs, 50 - p * 4 as streams, (50 - p * 4) * 3.5e0 as minutes,
      first_streamed_at
    from marts.wrapped_user_year, range(1, 6) r(p)`,
];

/** A mart that has no synthetic numbers of its own: a row for each day, whose values follow from the columns' types. */
function byType({ name, columns }: Mart): string {
  const sample = (type: string, index: number) => {
    if (type === 'date') return 'day';
    if (type === 'timestamp') return 'cast(day as timestamp)';
    if (type === 'string') return `'value ' || n % ${index + 2}`;
    if (type === 'boolean') return `n % ${index + 2} = 0`;
    return type === 'bigint' ? `cast(n % ${index + 7} as bigint)` : `n % ${index + 7} + 0.5e0`;
  };
  const values = columns.map((column, index) => `${sample(column.data_type, index)} as "${column.name}"`);
  return `create or replace table marts.${name} as select ${values.join(', ')} from d`;
}

/**
 * Marts with numbers that follow from the day, the song and the segment by arithmetic alone, so that every run is the
 * same and no two sums coincide by accident.
 */
export function martsSql(size: FixtureSize): string[] {
  const states = size.statesOf.map((code) => `'${code}'`).join(', ');
  const own = [
    'create schema if not exists marts',
    'create schema if not exists raw',
    `create or replace temp table d as
      select date '${size.lastDay}' - cast(i as integer) as day, ${size.days} - i as n from range(${size.days}) r(i)`,
    ...activity(states),
    ...popularity(size, states),
    charts('songs', 'daily', size),
    charts('songs', 'weekly', size),
    charts('artists', 'daily', size),
    charts('artists', 'weekly', size),
    ...growth,
    ...wrapped(size),
    ...pipelineSql(size.lastDay),
  ];
  const isThere = ({ name }: Mart) => own.some((statement) => statement.includes(`table marts.${name} as`));
  return [
    ...own,
    ...readMarts()
      .filter((mart) => !isThere(mart))
      .map(byType),
  ];
}
