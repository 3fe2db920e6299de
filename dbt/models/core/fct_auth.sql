{{ config(**by_day(cluster_by=['user_id'])) }}

select
  event_key as auth_key,
  ts,
  day,
  hour,
  user_id,
  session_id,
  item_in_session,
  level,
  success,
  location_key,
  device_key,
  tag
from {{ ref('stg_auth_events') }}
where {{ on_changed_days() }}
