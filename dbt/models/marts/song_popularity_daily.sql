with songs as (
  select
    day,
    song_key,
    count(*) as streams,
    count(distinct user_id) as listeners,
    {{ total('duration_ms') }} / 60000.0 as minutes
  from {{ ref('fct_streams') }}
  group by day, song_key
)

select
  songs.day,
  songs.song_key,
  dim_songs.song,
  dim_songs.artist,
  songs.streams,
  songs.listeners,
  songs.minutes
from songs
inner join {{ ref('dim_songs') }} as dim_songs on songs.song_key = dim_songs.song_key
