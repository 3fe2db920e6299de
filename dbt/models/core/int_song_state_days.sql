{{ config(**by_day(cluster_by=['state', 'song_key'])) }}

select
  day,
  state,
  song_key,
  count(*) as streams,
  count(distinct user_id) as listeners,
  {{ total('duration_ms') }} as listened_ms,
  count(case when level = 'paid' then 1 end) as paid_streams,
  {{ total("case when level = 'paid' then duration_ms else 0 end") }} as paid_listened_ms,
  min(ts) as first_streamed_at
from {{ ref('fct_streams') }}
where {{ on_changed_days() }}
group by day, state, song_key
