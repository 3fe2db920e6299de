{#
  The charts of a period: items by the songs started in it, in the country (region US) and in each state. Items with
  equally many streams share a rank, and the next rank is as far down as there are items above it; so a chart can hold
  more items than its size.
#}
{% macro chart_ranks(key, period, condition) %}
with by_state as (
  select
    {{ period }} as day,
    state as region,
    {{ key }},
    {{ total('streams') }} as streams
  from {{ ref('int_song_state_days') }}
  where {{ condition }}
  group by {{ period }}, state, {{ key }}
),

regions as (
  select
    day,
    region,
    {{ key }},
    streams
  from by_state
  union all
  select
    day,
    'US' as region,
    {{ key }},
    {{ total('streams') }} as streams
  from by_state
  group by day, {{ key }}
),

ranked as (
  select
    day,
    region,
    {{ key }},
    streams,
    rank() over (partition by day, region order by streams desc) as chart_rank
  from regions
)

select
  day,
  region,
  {{ key }},
  chart_rank,
  streams
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
