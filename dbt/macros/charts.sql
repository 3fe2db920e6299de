{#
  The charts of each day, or with `weekly` of each week: items by the songs started in it, in the country (region US) and
  in each state. They are added up from models by day: `country` has an item's day, `states` its day in a state. Of
  equally many streams, those of more listeners count more, in a week those of more listener days; of equally many, the
  item that was heard first leads. So every place is taken once, and a chart never holds more items than its size.
#}
{% macro chart_ranks(key, country, states, weekly=false) %}
{%- set period = week_of('day') if weekly else 'day' -%}
{%- set changed = in_changed_weeks() if weekly else on_changed_days() -%}
{%- set listeners = 'listener_days' if weekly else 'listeners' -%}
with items as (
  {% for region, item_days in [("'US'", country), ('state', states)] %}
    select
      {{ period }} as day,
      {{ region }} as region,
      {{ key }},
      {{ total('streams') }} as streams,
      {{ total('listeners') }} as {{ listeners }},
      min(first_streamed_at) as first_streamed_at
    from {{ ref(item_days) }}
    where {{ changed }}
    group by {{ period }}, {{ key }}{{ ', state' if region == 'state' }}
    {%- if not loop.last %}
    union all
    {%- endif %}
  {% endfor %}
),

-- Few items have the streams of the last place or more; only those are put in order.
candidates as (
  select *
  from items
  qualify rank() over (partition by day, region order by streams desc) <= {{ var('chart_size') }}
),

ranked as (
  select
    *,
    row_number() over (
      partition by day, region
      order by streams desc, {{ listeners }} desc, first_streamed_at asc, {{ key }} asc
    ) as chart_rank
  from candidates
)

select
  day,
  region,
  {{ key }},
  chart_rank,
  streams,
  {{ listeners }}
from ranked
where chart_rank <= {{ var('chart_size') }}
{% endmacro %}

{#
  A chart with each item's past on it. `ranks` is a model of chart_ranks, `days` the length of its period; `names` are
  the columns that `dimension` has for the item.
#}
{% macro chart(ranks, key, days, dimension, names) %}
{%- set listeners = 'listeners' if days == 1 else 'listener_days' -%}
with ranks as (
  select
    day,
    region,
    {{ key }},
    chart_rank,
    streams,
    {{ listeners }},
    lag(day) over (partition by region, {{ key }} order by day) as last_day,
    lag(chart_rank) over (partition by region, {{ key }} order by day) as rank_before,
    lead(day) over (partition by region, {{ key }} order by day) as next_day,
    min(chart_rank) over (
      partition by region, {{ key }} order by day rows between unbounded preceding and current row
    ) as peak_rank,
    row_number() over (partition by region, {{ key }} order by day) as times_on_chart,
    max(day) over () as newest_day
  from {{ ref(ranks) }}
),

moves as (
  select
    *,
    case when last_day = {{ days_after('day', -days) }} then rank_before end as last_rank
  from ranks
)

select
  moves.day,
  moves.region,
  moves.chart_rank,
  moves.{{ key }},
  {%- for name in names %}
  items.{{ name }},
  {%- endfor %}
  moves.streams,
  moves.{{ listeners }},
  moves.last_rank,
  moves.peak_rank,
  moves.times_on_chart,
  case
    when moves.times_on_chart = 1 then 'new'
    when moves.last_rank is null then 're-entry'
    when moves.chart_rank < moves.last_rank then 'up'
    when moves.chart_rank > moves.last_rank then 'down'
    else 'same'
  end as movement,
  case
    when moves.day < moves.newest_day
      then coalesce(moves.next_day <> {{ days_after('moves.day', days) }}, true)
  end as drops_out
from moves
inner join {{ ref(dimension) }} as items on moves.{{ key }} = items.{{ key }}
{% endmacro %}
