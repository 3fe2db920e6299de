{{ config(**by_day(cluster_by=['user_id'])) }}

select
  event_key as subscription_change_key,
  ts,
  day,
  hour,
  user_id,
  session_id,
  item_in_session,
  level as old_level,
  new_level,
  case when new_level = 'paid' then 'upgrade' else 'downgrade' end as direction,
  location_key,
  device_key,
  tag
from {{ ref('stg_status_change_events') }}
where {{ on_changed_days() }}
