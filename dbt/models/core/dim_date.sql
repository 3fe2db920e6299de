select
  day,
  day_of_week,
  is_weekend,
  week,
  month,
  month_of_year,
  year
from {{ ref('dim_datetime') }}
where hour_of_day = 0
