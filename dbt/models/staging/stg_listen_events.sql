{{ config(**by_day(cluster_by=['user_id', 'session_id'], raw_table='listen_events')) }}

select
  {{ event_columns() }},
  {{ song_key('trackId', 'artist', 'song') }} as song_key,
  {{ surrogate_key(['artist']) }} as artist_key,
  artist,
  song,
  trackId as track_id,
  cast(round(duration * 1000) as {{ dbt.type_bigint() }}) as duration_ms
from {{ source('raw', 'listen_events') }}
where {{ at_changed_days('ts') }}
{{ first_of_each_event() }}
