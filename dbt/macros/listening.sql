{# What is measured of the streams of a group. #}
{% macro listening_measures() -%}
  count(*) as streams,
  count(distinct user_id) as listeners,
  {{ total('duration_ms') }} as listened_ms,
  count(case when level = 'paid' then 1 end) as paid_streams,
  {{ total("case when level = 'paid' then duration_ms else 0 end") }} as paid_listened_ms,
  min(ts) as first_streamed_at
{%- endmacro %}

{#
  What was listened to of each item over all days; `item_days` has a row for each item and day. Of days with equally many
  streams the first is the best: a stream weighs more than all days there are.
#}
{% macro item_totals(item_days, key) -%}
select
  {{ key }},
  {{ total('streams') }} as streams,
  {{ total('listened_ms') }} / 60000.0 as minutes,
  min(day) as first_day,
  max(day) as last_day,
  {{ value_at_first('day', days_between("date '1970-01-01'", 'day') ~ ' - 1000000 * streams') }} as best_day,
  max(streams) as best_day_streams
from {{ item_days }}
group by {{ key }}
{%- endmacro %}
