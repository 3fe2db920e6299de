{{ config(**by_day()) }}

-- Topics are committed one by one: an event's place may be loaded before the page view that it belongs to.
with origins as (
  {% for topic in contract_topics(with_fields=['city', 'zip', 'state', 'lat', 'lon', 'userAgent']) %}
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
      {{ 'count(*)' if topic == 'page_view_events' else '0' }} as page_views
    from {{ ref('stg_' ~ topic) }}
    where {{ on_changed_days() }}
    group by day, location_key, zip, city, state, device_key, user_agent
    {{ 'union all' if not loop.last }}
  {% endfor %}
)

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
  {{ total('page_views') }} as page_views
from origins
group by day, location_key, zip, city, state, device_key, user_agent
