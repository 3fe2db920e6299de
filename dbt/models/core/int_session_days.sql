{{ config(**by_day(cluster_by=['session_id'])) }}

select
  day,
  tag,
  session_id,
  min(ts) as started_at,
  max(ts) as ended_at,
  max(user_id) as user_id,
  count(*) as page_views,
  count(song_key) as streams,
  max(case when auth = 'Guest' then 1 else 0 end) = 1 as is_guest_visit,
  max(case when page = 'Register' then 1 else 0 end) = 1 as saw_register,
  max(case when page = 'Submit Registration' then 1 else 0 end) = 1 as signed_up,
  max(case when page = 'Cancellation Confirmation' then 1 else 0 end) = 1 as cancelled
from {{ ref('fct_page_views') }}
where {{ on_changed_days() }}
group by day, tag, session_id
