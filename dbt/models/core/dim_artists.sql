select
  artist_key,
  artist,
  count(distinct song_key) as songs,
  min(ts) as first_streamed_at
from {{ ref('stg_listen_events') }}
group by artist_key, artist
