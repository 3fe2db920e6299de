{{ config(**by_day(cluster_by=['artist_key'])) }}

select
  day,
  artist_key,
  artist,
  count(*) as streams,
  count(distinct user_id) as listeners,
  {{ total('duration_ms') }} as listened_ms,
  count(case when level = 'paid' then 1 end) as paid_streams,
  {{ total("case when level = 'paid' then duration_ms else 0 end") }} as paid_listened_ms,
  min(ts) as first_streamed_at
from {{ ref('fct_streams') }}
where {{ on_changed_days() }}
group by day, artist_key, artist
