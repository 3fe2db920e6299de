{{ config(**by_day(cluster_by=['user_id', 'session_id'], raw_table='page_view_events')) }}

select
  {{ event_columns() }},
  page,
  method,
  cast(status as {{ dbt.type_bigint() }}) as status,
  case when song is not null then {{ song_key('trackId', 'artist', 'song') }} end as song_key
from {{ source('raw', 'page_view_events') }}
where {{ at_changed_days('ts') }}
{{ first_of_each_event() }}
