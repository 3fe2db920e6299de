{{ config(**by_day(cluster_by=['state', 'song_key'])) }}

select
  days.day,
  days.state,
  days.song_key,
  songs.artist_key,
  days.streams,
  days.listened_ms / 60000.0 as minutes,
  days.paid_streams,
  days.paid_listened_ms / 60000.0 as paid_minutes
from {{ ref('int_song_state_days') }} as days
inner join {{ ref('dim_songs') }} as songs on days.song_key = songs.song_key
where {{ on_changed_days('days.day') }}
