select
  {{ event_columns() }},
  success
from {{ source('raw', 'auth_events') }}
{{ first_of_each_event() }}
