with totals as (
  select
    artist_key,
    {{ total('streams') }} as streams,
    {{ total('listened_ms') }} as listened_ms,
    min(day) as first_day,
    max(day) as last_day,
    max(streams) as best_day_streams
  from {{ ref('int_artist_days') }}
  group by artist_key
),

best_days as (
  select
    days.artist_key,
    min(days.day) as best_day
  from {{ ref('int_artist_days') }} as days
  inner join totals
    on days.artist_key = totals.artist_key and days.streams = totals.best_day_streams
  group by days.artist_key
)

select
  totals.artist_key,
  artists.artist,
  totals.streams,
  totals.listened_ms / 60000.0 as minutes,
  totals.first_day,
  totals.last_day,
  best_days.best_day,
  totals.best_day_streams
from totals
inner join best_days on totals.artist_key = best_days.artist_key
inner join {{ ref('dim_artists') }} as artists on totals.artist_key = artists.artist_key
