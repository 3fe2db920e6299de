{{ config(**by_day(cluster_by=['user_id'], yearly=true)) }}

with songs as (
  select
    user_id,
    {{ new_year_of('day') }} as day,
    song_key,
    {{ value_at_first('song', 'ts') }} as song,
    {{ value_at_first('artist', 'ts') }} as artist,
    count(*) as streams,
    {{ total('duration_ms') }} as listened_ms,
    min(ts) as first_streamed_at
  from {{ ref('fct_streams') }}
  where user_id is not null and {{ in_changed_years() }}
  group by user_id, {{ new_year_of('day') }}, song_key
),

ranked as (
  select
    *,
    -- Of songs heard equally often, the one found first is the greater favourite.
    row_number() over (
      partition by user_id, day order by streams desc, first_streamed_at asc, song_key asc
    ) as position
  from songs
)

select
  day,
  user_id,
  extract(year from day) as year,
  position,
  song_key,
  song,
  artist,
  streams,
  listened_ms / 60000.0 as minutes,
  first_streamed_at
from ranked
where position <= 5
