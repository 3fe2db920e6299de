with totals as (
  select
    song_key,
    {{ total('streams') }} as streams,
    {{ total('listened_ms') }} as listened_ms,
    min(day) as first_day,
    max(day) as last_day,
    max(streams) as best_day_streams
  from {{ ref('int_song_days') }}
  group by song_key
),

best_days as (
  select
    days.song_key,
    min(days.day) as best_day
  from {{ ref('int_song_days') }} as days
  inner join totals
    on days.song_key = totals.song_key and days.streams = totals.best_day_streams
  group by days.song_key
)

select
  totals.song_key,
  songs.song,
  songs.artist_key,
  songs.artist,
  totals.streams,
  totals.listened_ms / 60000.0 as minutes,
  totals.first_day,
  totals.last_day,
  best_days.best_day,
  totals.best_day_streams
from totals
inner join best_days on totals.song_key = best_days.song_key
inner join {{ ref('dim_songs') }} as songs on totals.song_key = songs.song_key
