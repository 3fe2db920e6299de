{{ config(**by_day(cluster_by=['user_id'], yearly=true)) }}

with streams as (
  select
    user_id,
    {{ new_year_of('day') }} as day,
    ts,
    stream_key,
    extract(hour from ts) as hour_of_day,
    song_key,
    song,
    artist_key,
    artist,
    duration_ms
  from {{ ref('fct_streams') }}
  where user_id is not null and {{ in_changed_years() }}
),

totals as (
  select
    user_id,
    day,
    count(*) as streams,
    count(distinct song_key) as songs,
    count(distinct artist_key) as artists,
    {{ total('duration_ms') }} as listened_ms
  from streams
  group by user_id, day
),

first_songs as (
  select
    user_id,
    day,
    song as first_song,
    artist as first_song_artist,
    ts as first_streamed_at
  from streams
  qualify row_number() over (partition by user_id, day order by ts, stream_key) = 1
),

hours as (
  select
    user_id,
    day,
    hour_of_day,
    count(*) as streams
  from streams
  group by user_id, day, hour_of_day
),

favourite_hours as (
  select
    user_id,
    day,
    hour_of_day as favourite_hour
  from hours
  qualify row_number() over (partition by user_id, day order by streams desc, hour_of_day asc) = 1
),

-- Days in a row share the same distance to their number in the order of days.
numbered_days as (
  select
    user_id,
    {{ new_year_of('day') }} as new_year,
    day,
    row_number() over (partition by user_id, {{ new_year_of('day') }} order by day) as number
  from {{ ref('int_user_days') }}
  where streams > 0 and {{ in_changed_years() }}
),

runs as (
  select
    user_id,
    new_year,
    count(*) as days
  from numbered_days
  group by user_id, new_year, {{ days_after('day', '-number') }}
),

streaks as (
  select
    user_id,
    new_year,
    {{ total('days') }} as listening_days,
    max(days) as longest_streak_days
  from runs
  group by user_id, new_year
)

select
  totals.day,
  totals.user_id,
  extract(year from totals.day) as year,
  totals.streams,
  totals.songs,
  totals.artists,
  totals.listened_ms / 60000.0 as minutes,
  percent_rank() over (partition by totals.day order by totals.listened_ms) as percentile,
  top_songs.song_key as top_song_key,
  top_songs.song as top_song,
  top_songs.artist as top_song_artist,
  top_artists.artist_key as top_artist_key,
  top_artists.artist as top_artist,
  first_songs.first_song,
  first_songs.first_song_artist,
  first_songs.first_streamed_at,
  favourite_hours.favourite_hour,
  coalesce(streaks.listening_days, 0) as listening_days,
  coalesce(streaks.longest_streak_days, 0) as longest_streak_days
from totals
inner join first_songs on totals.user_id = first_songs.user_id and totals.day = first_songs.day
inner join favourite_hours on totals.user_id = favourite_hours.user_id and totals.day = favourite_hours.day
inner join {{ ref('wrapped_top_songs') }} as top_songs
  on totals.user_id = top_songs.user_id and totals.day = top_songs.day and top_songs.position = 1
inner join {{ ref('wrapped_top_artists') }} as top_artists
  on totals.user_id = top_artists.user_id and totals.day = top_artists.day and top_artists.position = 1
left join streaks on totals.user_id = streaks.user_id and totals.day = streaks.new_year
