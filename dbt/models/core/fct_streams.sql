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
  artist_key,
  location_key,
  device_key,
  duration_ms,
  tag
from {{ ref('stg_listen_events') }}
