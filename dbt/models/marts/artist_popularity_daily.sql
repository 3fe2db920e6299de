with artists as (
  select
    day,
    artist_key,
    count(*) as streams,
    count(distinct user_id) as listeners,
    {{ total('duration_ms') }} / 60000.0 as minutes
  from {{ ref('fct_streams') }}
  group by day, artist_key
)

select
  artists.day,
  artists.artist_key,
  dim_artists.artist,
  artists.streams,
  artists.listeners,
  artists.minutes
from artists
inner join {{ ref('dim_artists') }} as dim_artists on artists.artist_key = dim_artists.artist_key
