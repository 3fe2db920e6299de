{{ config(**by_day(cluster_by=['user_id'], yearly=true)) }}

with artists as (
  select
    user_id,
    {{ new_year_of('day') }} as day,
    artist_key,
    artist,
    count(*) as streams,
    count(distinct song_key) as songs,
    {{ total('duration_ms') }} as listened_ms,
    min(ts) as first_streamed_at
  from {{ ref('fct_streams') }}
  where user_id is not null and {{ in_changed_years() }}
  group by user_id, {{ new_year_of('day') }}, artist_key, artist
),

ranked as (
  select
    *,
    row_number() over (
      partition by user_id, day order by streams desc, first_streamed_at asc, artist_key asc
    ) as position
  from artists
)

select
  day,
  user_id,
  extract(year from day) as year,
  position,
  artist_key,
  artist,
  songs,
  streams,
  listened_ms / 60000.0 as minutes,
  first_streamed_at
from ranked
where position <= 5
