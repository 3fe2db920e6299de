with bounds as (
  select
    min(hour) as first_hour,
    max(hour) as last_hour
  from {{ ref('stg_page_view_events') }}
),

hours as (
  {{ hour_series('(select first_hour from bounds)', '(select last_hour from bounds)') }}
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
