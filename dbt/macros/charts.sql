{#
  The charts of a period: items by the songs started in it, in the country (region US) and in each state. Of equally many
  streams, those of more listeners count more; of equally many listeners, the item that was heard first leads. So every
  place is taken once, and a chart never holds more items than its size.
#}
{% macro chart_ranks(key, period, condition) %}
with plays as (
  select
    {{ period }} as day,
    state,
    {{ key }},
    user_id,
    ts
  from {{ ref('fct_streams') }}
  where {{ condition }}
),

regions as (
  {% for region in ['state', "'US'"] %}
    select
      day,
      {{ region }} as region,
      {{ key }},
      count(*) as streams,
      count(distinct user_id) as listeners,
      min(ts) as first_streamed_at
    from plays
    group by day,{% if region == 'state' %} state,{% endif %} {{ key }}
    {%- if not loop.last %}
    union all
    {%- endif %}
  {% endfor %}
),

ranked as (
  select
    day,
    region,
    {{ key }},
    streams,
    listeners,
    row_number() over (
      partition by day, region
      order by streams desc, listeners desc, first_streamed_at asc, {{ key }} asc
    ) as chart_rank
  from regions
)

select
  day,
  region,
  {{ key }},
  chart_rank,
  streams,
  listeners
from ranked
where chart_rank <= {{ var('chart_size') }}
{% endmacro %}

{#
  A chart with each item's past on it. `ranks` is a model of chart_ranks, `days` the length of its period; `names` are
  the columns that `dimension` has for the item.
#}
{% macro chart(ranks, key, days, dimension, names) %}
with ranks as (
  select
    day,
    region,
    {{ key }},
    chart_rank,
    streams,
    listeners,
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
  moves.listeners,
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
