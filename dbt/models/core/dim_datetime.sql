with bounds as (
  select
    min(day) as first_day,
    max(day) as last_day
  from {{ ref('loaded_days') }}
),

hours as (
  {{ hour_series(
    '(select cast(first_day as timestamp) from bounds)',
    '(select cast(' ~ days_after('last_day', 1) ~ ' as timestamp) from bounds)'
  ) }}
)

select
  hour,
  cast(hour as date) as day,
  extract(hour from hour) as hour_of_day,
  {{ iso_day_of_week('cast(hour as date)') }} as day_of_week,
  {{ iso_day_of_week('cast(hour as date)') }} >= 6 as is_weekend,
  {{ week_of('cast(hour as date)') }} as week,
  {{ month_of('cast(hour as date)') }} as month,
  extract(month from hour) as month_of_year,
  extract(year from hour) as year
from hours
-- The series ends with the first hour of the day after the last.
where cast(hour as date) <= (select bounds.last_day from bounds)
