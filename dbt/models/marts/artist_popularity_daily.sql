{{ config(**by_day(cluster_by=['artist_key'])) }}

select
  day,
  artist_key,
  artist,
  count(*) as streams,
  count(distinct user_id) as listeners,
  {{ total('duration_ms') }} / 60000.0 as minutes
from {{ ref('fct_streams') }}
where {{ on_changed_days() }}
group by day, artist_key, artist
