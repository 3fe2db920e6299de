with spellings as (
  select
    song_key,
    song,
    artist,
    artist_key,
    max(duration_ms) as duration_ms,
    min(ts) as first_streamed_at,
    max(ts) as last_streamed_at
  from {{ ref('stg_listen_events') }}
  group by song_key, song, artist, artist_key
)

select
  song_key,
  song,
  artist_key,
  artist,
  duration_ms,
  min(first_streamed_at) over (partition by song_key) as first_streamed_at
from spellings
qualify row_number() over (partition by song_key order by last_streamed_at desc, song, artist) = 1
