with streamed as (
  select
    song_key,
    song,
    artist_key,
    artist,
    duration_ms,
    min(first_streamed_at) over (partition by song_key) as first_streamed_at
  from {{ ref('int_song_days') }}
  qualify row_number() over (partition by song_key order by day desc) = 1
)

select
  coalesce(streamed.song_key, catalogue.song_key) as song_key,
  coalesce(streamed.song, catalogue.song) as song,
  coalesce(streamed.artist_key, catalogue.artist_key) as artist_key,
  coalesce(streamed.artist, catalogue.artist) as artist,
  coalesce(streamed.duration_ms, catalogue.duration_ms) as duration_ms,
  catalogue.release_date,
  catalogue.song_key is not null as in_catalogue,
  streamed.first_streamed_at
from streamed
full outer join {{ ref('stg_songs') }} as catalogue on streamed.song_key = catalogue.song_key
