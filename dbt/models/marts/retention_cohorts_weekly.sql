with weeks as (
  select
    user_id,
    {{ week_of('day') }} as week
  from {{ ref('int_user_days') }}
  group by user_id, {{ week_of('day') }}
),

cohorts as (
  select
    user_id,
    week,
    min(week) over (partition by user_id) as cohort_week
  from weeks
),

sizes as (
  select
    cohort_week,
    count(*) as cohort_users
  from cohorts
  where week = cohort_week
  group by cohort_week
)

select
  cohorts.cohort_week,
  cast({{ days_between('cohorts.cohort_week', 'cohorts.week') }} / 7 as {{ dbt.type_bigint() }}) as weeks_since,
  sizes.cohort_users,
  count(*) as active_users,
  cast(count(*) as {{ type_float64() }}) / sizes.cohort_users as retention
from cohorts
inner join sizes on cohorts.cohort_week = sizes.cohort_week
group by cohorts.cohort_week, cohorts.week, sizes.cohort_users
