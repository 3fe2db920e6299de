{{ config(**by_day(cluster_by=['user_id'], reach=2)) }}

with sessions as (
  select
    tag,
    session_id,
    min(day) as day,
    min(started_at) as started_at,
    max(ended_at) as ended_at,
    max(user_id) as user_id,
    {{ total('page_views') }} as page_views,
    {{ total('streams') }} as streams,
    max(case when is_guest_visit then 1 else 0 end) = 1 as is_guest_visit,
    max(case when saw_register then 1 else 0 end) = 1 as saw_register,
    max(case when signed_up then 1 else 0 end) = 1 as signed_up,
    max(case when cancelled then 1 else 0 end) = 1 as cancelled
  from {{ ref('int_session_days') }}
  -- A session that began up to two days before a changed day, and all of it.
  where {{ on_changed_days(reach=4) }}
  group by tag, session_id
)

select
  {{ surrogate_key(['tag', 'session_id']) }} as session_key,
  tag,
  session_id,
  day,
  started_at,
  ended_at,
  user_id,
  {{ epoch_millis('ended_at') }} - {{ epoch_millis('started_at') }} as duration_ms,
  page_views,
  streams,
  is_guest_visit,
  saw_register,
  signed_up,
  cancelled
from sessions
where {{ on_replaced_days() }}
