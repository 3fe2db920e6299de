{{ config(**by_day()) }}

select
  hour,
  day,
  count(*) as streams,
  count(distinct user_id) as listeners,
  {{ total('duration_ms') }} / 60000.0 as minutes
from {{ ref('fct_streams') }}
where {{ on_changed_days() }}
group by hour, day
