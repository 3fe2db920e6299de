{{ config(**by_day()) }}

select
  day,
  location_key,
  zip,
  city,
  state,
  device_key,
  user_agent,
  min(lat) as lat,
  min(lon) as lon,
  count(*) as page_views
from {{ ref('stg_page_view_events') }}
where {{ on_changed_days() }}
group by day, location_key, zip, city, state, device_key, user_agent
