-- A listener seen on a day is active for a window of days from it on, or until seen again. So the size of a window is
-- the running total of listeners who enter it and leave it, and no day is counted over its whole past.
with seen as (
  select
    user_id,
    day,
    lag(day) over (partition by user_id order by day) as previous_day,
    lead(day) over (partition by user_id order by day) as next_day
  from {{ ref('int_user_days') }}
),

changes as (
  select
    day,
    count(*) as daily,
    count(*) as weekly,
    count(*) as monthly,
    count(case when previous_day is null then 1 end) as new_users,
    count(case when previous_day >= {{ days_after('day', -28) }} then 1 end) as returning_users,
    count(case when previous_day < {{ days_after('day', -28) }} then 1 end) as resurrected_users,
    0 as churned_users
  from seen
  group by day
  union all
  select
    least(coalesce(next_day, {{ days_after('day', 7) }}), {{ days_after('day', 7) }}) as day,
    0 as daily,
    -1 as weekly,
    0 as monthly,
    0 as new_users,
    0 as returning_users,
    0 as resurrected_users,
    0 as churned_users
  from seen
  union all
  select
    least(coalesce(next_day, {{ days_after('day', 28) }}), {{ days_after('day', 28) }}) as day,
    0 as daily,
    0 as weekly,
    -1 as monthly,
    0 as new_users,
    0 as returning_users,
    0 as resurrected_users,
    case when coalesce(next_day > {{ days_after('day', 28) }}, true) then 1 else 0 end as churned_users
  from seen
),

days as (
  select
    dates.day,
    {{ total('changes.daily') }} as dau,
    {{ total('changes.weekly') }} as weekly,
    {{ total('changes.monthly') }} as monthly,
    {{ total('changes.new_users') }} as new_users,
    {{ total('changes.returning_users') }} as returning_users,
    {{ total('changes.resurrected_users') }} as resurrected_users,
    {{ total('changes.churned_users') }} as churned_users
  from {{ ref('dim_date') }} as dates
  inner join changes on dates.day = changes.day
  group by dates.day
),

filled as (
  select
    dates.day,
    coalesce(days.dau, 0) as dau,
    {{ running_total('coalesce(days.weekly, 0)', 'dates.day') }} as wau,
    {{ running_total('coalesce(days.monthly, 0)', 'dates.day') }} as mau,
    coalesce(days.new_users, 0) as new_users,
    coalesce(days.returning_users, 0) as returning_users,
    coalesce(days.resurrected_users, 0) as resurrected_users,
    coalesce(days.churned_users, 0) as churned_users
  from {{ ref('dim_date') }} as dates
  left join days on dates.day = days.day
)

select
  day,
  dau,
  wau,
  mau,
  case when mau > 0 then cast(dau as {{ type_float64() }}) / mau end as stickiness,
  new_users,
  returning_users,
  resurrected_users,
  churned_users
from filled
