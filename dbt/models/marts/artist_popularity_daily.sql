{{ config(**by_day(cluster_by=['artist_key'])) }}

select
  day,
  artist_key,
  artist,
  streams,
  listeners,
  listened_ms / 60000.0 as minutes,
  paid_streams,
  paid_listened_ms / 60000.0 as paid_minutes
from {{ ref('int_artist_days') }}
where {{ on_changed_days() }}
