select
  song_key,
  song,
  artist_key,
  artist,
  duration_ms,
  min(first_streamed_at) over (partition by song_key) as first_streamed_at
from {{ ref('int_song_days') }}
qualify row_number() over (partition by song_key order by day desc) = 1
