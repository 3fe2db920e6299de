{{ config(**by_day(cluster_by=['song_key'])) }}

select
  day,
  song_key,
  song,
  artist,
  streams,
  listeners,
  listened_ms / 60000.0 as minutes,
  paid_streams,
  paid_listened_ms / 60000.0 as paid_minutes
from {{ ref('int_song_days') }}
where {{ on_changed_days() }}
