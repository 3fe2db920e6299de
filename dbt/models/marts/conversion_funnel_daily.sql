with guest_visits as (
  select
    day,
    saw_register,
    case when signed_up then user_id end as user_id
  from {{ ref('fct_sessions') }}
  where is_guest_visit
),

listeners as (
  select user_id
  from {{ ref('int_user_days') }}
  where streams > 0
  group by user_id
),

upgraders as (
  select user_id
  from {{ ref('fct_subscription_changes') }}
  where direction = 'upgrade'
  group by user_id
)

select
  guest_visits.day,
  count(*) as visits,
  count(case when guest_visits.saw_register then 1 end) as register_views,
  count(guest_visits.user_id) as sign_ups,
  count(listeners.user_id) as listened,
  count(case when listeners.user_id is not null then upgraders.user_id end) as upgraded
from guest_visits
left join listeners on guest_visits.user_id = listeners.user_id
left join upgraders on guest_visits.user_id = upgraders.user_id
group by guest_visits.day
