{{ config(**by_day(cluster_by=['song_key'])) }}

with spelled as (
  select
    day,
    song_key,
    song,
    artist_key,
    artist,
    duration_ms,
    row_number() over (partition by day, song_key order by ts desc, stream_key asc) as recency
  from {{ ref('fct_streams') }}
  where {{ on_changed_days() }}
),

totals as (
  select
    day,
    song_key,
    {{ listening_measures() }}
  from {{ ref('fct_streams') }}
  where {{ on_changed_days() }}
  group by day, song_key
)

select
  totals.day,
  totals.song_key,
  spelled.song,
  spelled.artist_key,
  spelled.artist,
  spelled.duration_ms,
  totals.streams,
  totals.listeners,
  totals.listened_ms,
  totals.paid_streams,
  totals.paid_listened_ms,
  totals.first_streamed_at
from totals
inner join spelled
  on totals.day = spelled.day and totals.song_key = spelled.song_key and spelled.recency = 1
