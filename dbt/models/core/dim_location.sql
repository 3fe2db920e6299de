select
  location_key,
  zip,
  city,
  state,
  min(lat) as lat,
  min(lon) as lon
from {{ ref('stg_page_view_events') }}
group by location_key, zip, city, state
