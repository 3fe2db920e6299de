select
  location_key,
  zip,
  city,
  state,
  min(lat) as lat,
  min(lon) as lon
from {{ ref('int_origin_days') }}
group by location_key, zip, city, state
