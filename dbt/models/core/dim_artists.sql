with songs as (
  select
    artist_key,
    artist,
    song_key as streamed_song_key,
    first_streamed_at
  from {{ ref('int_song_days') }}
  union all
  select
    artist_key,
    artist,
    cast(null as {{ dbt.type_string() }}) as streamed_song_key,
    cast(null as {{ dbt.type_timestamp() }}) as first_streamed_at
  from {{ ref('stg_songs') }}
)

select
  artist_key,
  artist,
  count(distinct streamed_song_key) as songs,
  min(first_streamed_at) as first_streamed_at
from songs
group by artist_key, artist
