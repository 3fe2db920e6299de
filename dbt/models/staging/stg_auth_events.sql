{{ config(**by_day(cluster_by=['user_id', 'session_id'], raw_table='auth_events')) }}

select
  {{ event_columns() }},
  success
from {{ source('raw', 'auth_events') }}
where {{ at_changed_days('ts') }}
{{ first_of_each_event() }}
