{{ config(**by_day(cluster_by=['state', 'song_key'])) }}

select
  day,
  state,
  song_key,
  streams,
  listened_ms / 60000.0 as minutes,
  paid_streams,
  paid_listened_ms / 60000.0 as paid_minutes
from {{ ref('int_song_state_days') }}
where {{ on_changed_days() }}
