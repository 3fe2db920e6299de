select
  hour,
  count(*) as streams,
  count(distinct user_id) as listeners,
  {{ total('duration_ms') }} / 60000.0 as minutes
from {{ ref('fct_streams') }}
group by hour
