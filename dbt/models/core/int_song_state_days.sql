{{ config(**by_day(cluster_by=['song_key'])) }}

select
  day,
  state,
  song_key,
  artist_key,
  count(*) as streams
from {{ ref('fct_streams') }}
where {{ on_changed_days() }}
group by day, state, song_key, artist_key
