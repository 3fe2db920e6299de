{{ config(**by_day(cluster_by=['state', 'artist_key'])) }}

select
  day,
  state,
  artist_key,
  count(*) as streams,
  count(distinct user_id) as listeners,
  min(ts) as first_streamed_at
from {{ ref('fct_streams') }}
where {{ on_changed_days() }}
group by day, state, artist_key
