{{ config(**by_day(cluster_by=['user_id', 'session_id'])) }}

select
  event_key as page_view_key,
  ts,
  day,
  hour,
  user_id,
  session_id,
  item_in_session,
  level,
  auth,
  page,
  method,
  status,
  song_key,
  location_key,
  device_key,
  tag
from {{ ref('stg_page_view_events') }}
where {{ on_changed_days() }}
