{{ config(**by_day(cluster_by=['state', 'song_key'])) }}

select
  day,
  state,
  song_key,
  {{ listening_measures() }}
from {{ ref('fct_streams') }}
where {{ on_changed_days() }}
group by day, state, song_key
