{#
  What was listened to of each item up to each day, from the day of its first stream on; `item_days` has a row for each
  item and day. Days before the first changed one are not read: what they add up to is in the model's own rows of the day
  before.
#}
{% macro running_totals(item_days, key) %}
{%- set first = none if builds_all_days() else first_running_day() -%}
with pieces as (
  select
    day,
    {{ key }},
    streams,
    listened_ms,
    paid_streams,
    paid_listened_ms
  from {{ item_days }}
  where {{ on_replaced_days() }}
  {%- if first %}
  union all
  select
    date '{{ first }}' as day,
    {{ key }},
    streams,
    cast(round(minutes * 60000) as {{ dbt.type_bigint() }}) as listened_ms,
    paid_streams,
    cast(round(paid_minutes * 60000) as {{ dbt.type_bigint() }}) as paid_listened_ms
  from {{ this }}
  where day = {{ days_after("date '" ~ first ~ "'", -1) }}
  {%- endif %}
),

days as (
  select
    day,
    {{ key }},
    {{ total('streams') }} as streams,
    {{ total('listened_ms') }} as listened_ms,
    {{ total('paid_streams') }} as paid_streams,
    {{ total('paid_listened_ms') }} as paid_listened_ms
  from pieces
  group by day, {{ key }}
),

items as (
  select
    {{ key }},
    min(day) as first_day
  from days
  group by {{ key }}
),

totals as (
  select
    dates.day,
    items.{{ key }},
    {%- for measure in ['streams', 'listened_ms', 'paid_streams', 'paid_listened_ms'] %}
    {{ running_total('coalesce(days.' ~ measure ~ ', 0)', 'dates.day', of='items.' ~ key) }} as {{ measure }}{{ ',' if not loop.last }}
    {%- endfor %}
  from items
  inner join {{ ref('dim_date') }} as dates on items.first_day <= dates.day
  left join days on items.{{ key }} = days.{{ key }} and dates.day = days.day
)

select
  day,
  {{ key }},
  streams,
  listened_ms / 60000.0 as minutes,
  paid_streams,
  paid_listened_ms / 60000.0 as paid_minutes
from totals
{%- endmacro %}
