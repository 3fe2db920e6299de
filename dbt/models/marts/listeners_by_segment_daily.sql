{{ config(**by_day()) }}

select
  day,
  state,
  gender,
  level,
  count(*) as listeners,
  {{ total('streams') }} as streams,
  {{ total('listened_ms') }} / 60000.0 as minutes
from {{ ref('int_user_days') }}
where streams > 0 and {{ on_changed_days() }}
group by day, state, gender, level
