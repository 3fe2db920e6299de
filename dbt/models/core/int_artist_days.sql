{{ config(**by_day(cluster_by=['artist_key'])) }}

select
  day,
  artist_key,
  artist,
  {{ listening_measures() }}
from {{ ref('fct_streams') }}
where {{ on_changed_days() }}
group by day, artist_key, artist
