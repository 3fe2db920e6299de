select
  artist_key,
  artist,
  count(distinct song_key) as songs,
  min(first_streamed_at) as first_streamed_at
from {{ ref('int_song_days') }}
group by artist_key, artist
