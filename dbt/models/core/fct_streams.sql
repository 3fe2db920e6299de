{{ config(**by_day(cluster_by=['user_id', 'song_key'])) }}

select
  event_key as stream_key,
  ts,
  day,
  hour,
  user_id,
  session_id,
  item_in_session,
  level,
  song_key,
  song,
  artist_key,
  artist,
  location_key,
  state,
  device_key,
  duration_ms,
  tag
from {{ ref('stg_listen_events') }}
where {{ on_changed_days() }}
