with totals as (
  {{ item_totals(ref('int_song_days'), 'song_key') }}
)

select
  totals.song_key,
  songs.song,
  songs.artist_key,
  songs.artist,
  totals.streams,
  totals.minutes,
  totals.first_day,
  totals.last_day,
  totals.best_day,
  totals.best_day_streams
from totals
inner join {{ ref('dim_songs') }} as songs on totals.song_key = songs.song_key
