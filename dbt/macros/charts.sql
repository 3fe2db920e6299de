{#
  The charts of each day, or with `weekly` of each week: items by the songs started in it, in the country (region US) and in each state. Of equally many
  streams, those of more listeners count more; of equally many listeners, the item that was heard first leads. So every
  place is taken once, and a chart never holds more items than its size.
#}
{% macro chart_ranks(key, weekly=false) %}
{%- set period = week_of('plays.day') if weekly else 'plays.day' -%}
{%- set changed = in_changed_weeks('plays.day') if weekly else on_changed_days('plays.day') -%}
with state_items as (
  select
    {{ period }} as day,
    plays.state as region,
    plays.{{ key }},
    count(*) as streams,
    min(plays.ts) as first_streamed_at
  from {{ ref('fct_streams') }} as plays
  where {{ changed }}
  group by {{ period }}, plays.state, plays.{{ key }}
),

items as (
  select * from state_items
  union all
  select
    day,
    'US' as region,
    {{ key }},
    {{ total('streams') }} as streams,
    min(first_streamed_at) as first_streamed_at
  from state_items
  group by day, {{ key }}
),

-- Listeners are counted for those items only that can be on a chart: no sum gives them, and they take most of the work.
candidates as (
  select *
  from items
  qualify rank() over (partition by day, region order by streams desc) <= {{ var('chart_size') }}
),

listeners as (
  {% for region in ['plays.state', "'US'"] %}
    select
      candidates.day,
      candidates.region,
      candidates.{{ key }},
      count(distinct plays.user_id) as listeners
    from {{ ref('fct_streams') }} as plays
    inner join candidates
      on
        {{ period }} = candidates.day
        and plays.{{ key }} = candidates.{{ key }}
        and candidates.region = {{ region }}
    where {{ changed }}
    group by candidates.day, candidates.region, candidates.{{ key }}
    {%- if not loop.last %}
    union all
    {%- endif %}
  {% endfor %}
),

ranked as (
  select
    candidates.*,
    listeners.listeners,
    row_number() over (
      partition by candidates.day, candidates.region
      order by
        candidates.streams desc, listeners.listeners desc, candidates.first_streamed_at asc, candidates.{{ key }} asc
    ) as chart_rank
  from candidates
  inner join listeners
    on
      candidates.day = listeners.day
      and candidates.region = listeners.region
      and candidates.{{ key }} = listeners.{{ key }}
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
