{{ config(**by_day()) }}

with listeners as (
  select
    days.day,
    days.streams,
    days.listened_ms,
    days.gender,
    days.level,
    days.state,
    devices.device,
    {{ days_between('cast(days.registered_at as date)', 'days.day') }} as account_days
  from {{ ref('int_user_days') }} as days
  inner join {{ ref('dim_devices') }} as devices on days.device_key = devices.device_key
  where days.streams > 0 and {{ on_changed_days('days.day') }}
),

-- One row for each listener and thing to tell of the listener.
attributes as (
  {% for dimension in ['gender', 'device'] %}
    select
      day,
      state,
      level,
      '{{ dimension }}' as dimension,
      {{ dimension }} as segment,
      streams,
      listened_ms
    from listeners
    union all
  {% endfor %}
  select
    day,
    state,
    level,
    'account_age' as dimension,
    case
      when account_days is null then 'unknown'
      when account_days < 7 then 'first week'
      when account_days < 28 then 'first 4 weeks'
      when account_days < 365 then 'first year'
      else 'older'
    end as segment,
    streams,
    listened_ms
  from listeners
)

select
  day,
  state,
  level,
  dimension,
  segment,
  count(*) as listeners,
  {{ total('streams') }} as streams,
  {{ total('listened_ms') }} / 60000.0 as minutes
from attributes
group by day, state, level, dimension, segment
