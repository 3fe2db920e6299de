{{ config(**by_day(cluster_by=['user_id', 'session_id'], raw_table='status_change_events')) }}

select
  {{ event_columns() }},
  -- A real Eventsim does not say the level after the change; there are two levels.
  coalesce(newLevel, case level when 'free' then 'paid' else 'free' end) as new_level
from {{ source('raw', 'status_change_events') }}
where {{ at_changed_days('ts') }}
{{ first_of_each_event() }}
