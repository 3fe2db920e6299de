with changes as (
  select
    day,
    count(case when direction = 'upgrade' then 1 end) as upgrades,
    count(case when direction = 'downgrade' then 1 end) as downgrades
  from {{ ref('fct_subscription_changes') }}
  group by day
),

cancellations as (
  select
    cast(ended_at as date) as day,
    count(*) as cancellations
  from {{ ref('fct_sessions') }}
  where cancelled
  group by cast(ended_at as date)
),

first_day as (
  select min(day) as day from {{ ref('dim_date') }}
),

-- Listeners enter a level when a version begins and leave it when it ends; what was before the first day counts there.
levels as (
  select
    greatest(cast(users.valid_from as date), first_day.day) as day,
    case when users.level = 'paid' then 1 else 0 end as paid,
    case when users.level = 'free' then 1 else 0 end as free
  from {{ ref('dim_users') }} as users
  cross join first_day
  union all
  select
    greatest(cast(users.valid_to as date), first_day.day) as day,
    case when users.level = 'paid' then -1 else 0 end as paid,
    case when users.level = 'free' then -1 else 0 end as free
  from {{ ref('dim_users') }} as users
  cross join first_day
  where not users.is_current
),

net_levels as (
  select
    day,
    {{ total('paid') }} as paid,
    {{ total('free') }} as free
  from levels
  group by day
)

select
  dates.day,
  coalesce(changes.upgrades, 0) as upgrades,
  coalesce(changes.downgrades, 0) as downgrades,
  coalesce(cancellations.cancellations, 0) as cancellations,
  {{ running_total('coalesce(net_levels.paid, 0)', 'dates.day') }} as paid_users,
  {{ running_total('coalesce(net_levels.free, 0)', 'dates.day') }} as free_users
from {{ ref('dim_date') }} as dates
left join changes on dates.day = changes.day
left join cancellations on dates.day = cancellations.day
left join net_levels on dates.day = net_levels.day
