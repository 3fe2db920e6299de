select
  {{ surrogate_key(['tag', 'session_id']) }} as session_key,
  tag,
  session_id,
  min(day) as day,
  min(ts) as started_at,
  max(ts) as ended_at,
  max(user_id) as user_id,
  count(*) as page_views,
  count(song_key) as streams
from {{ ref('stg_page_view_events') }}
group by tag, session_id
