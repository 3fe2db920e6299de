{{ config(**by_day(cluster_by=['state', 'song_key'])) }}

select
  day,
  state,
  song_key,
  count(*) as streams,
  {{ total('duration_ms') }} / 60000.0 as minutes,
  count(case when level = 'paid' then 1 end) as paid_streams,
  {{ total("case when level = 'paid' then duration_ms else 0 end") }} / 60000.0 as paid_minutes
from {{ ref('fct_streams') }}
where {{ on_changed_days() }}
group by day, state, song_key
