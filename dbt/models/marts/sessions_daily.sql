select
  day,
  count(*) as sessions,
  count(user_id) as known_sessions,
  count(case when page_views = 1 then 1 end) as single_page_sessions,
  {{ total('page_views') }} as page_views,
  {{ total('streams') }} as streams,
  {{ total('duration_ms') }} / 60000.0 / count(*) as mean_minutes
from {{ ref('fct_sessions') }}
group by day
