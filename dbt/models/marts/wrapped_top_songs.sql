with songs as (
  select
    user_id,
    extract(year from day) as year,
    song_key,
    count(*) as streams,
    {{ total('duration_ms') }} as listened_ms,
    min(ts) as first_streamed_at
  from {{ ref('fct_streams') }}
  where user_id is not null
  group by user_id, extract(year from day), song_key
),

ranked as (
  select
    *,
    -- Of songs heard equally often, the one found first is the greater favourite.
    row_number() over (
      partition by user_id, year order by streams desc, first_streamed_at asc, song_key asc
    ) as position
  from songs
)

select
  ranked.user_id,
  ranked.year,
  ranked.position,
  ranked.song_key,
  dim_songs.song,
  dim_songs.artist,
  ranked.streams,
  ranked.listened_ms / 60000.0 as minutes,
  ranked.first_streamed_at
from ranked
inner join {{ ref('dim_songs') }} as dim_songs on ranked.song_key = dim_songs.song_key
where ranked.position <= 5
