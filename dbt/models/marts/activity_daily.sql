with listening as (
  select
    day,
    {{ total('streams') }} as streams,
    count(case when streams > 0 then user_id end) as listeners,
    {{ total('listened_ms') }} as listened_ms
  from {{ ref('int_user_days') }}
  group by day
),

sign_ups as (
  select
    cast(registered_at as date) as day,
    count(*) as new_users
  from {{ ref('dim_users') }}
  where is_current
  group by cast(registered_at as date)
),

sessions as (
  select
    day,
    count(*) as sessions
  from {{ ref('fct_sessions') }}
  group by day
)

select
  listening.day,
  listening.streams,
  listening.listeners,
  listening.listened_ms / 60000.0 as minutes,
  coalesce(sign_ups.new_users, 0) as new_users,
  coalesce(sessions.sessions, 0) as sessions
from listening
left join sign_ups on listening.day = sign_ups.day
left join sessions on listening.day = sessions.day
