{#
  Fails on days on which the model's totals are not those of all days of `other`, one row each, up to then. `totals` maps
  an expression over the model to one over `other`.
#}
{% test same_running_totals(model, other, totals) %}
with ours as (
  select
    day
    {%- for expression in totals.keys() %},
    {{ expression }} as total_{{ loop.index }}
    {%- endfor %}
  from {{ model }}
  group by day
),

theirs as (
  select
    ours.day
    {%- for expression in totals.values() %},
    {{ expression }} as total_{{ loop.index }}
    {%- endfor %}
  from ours
  inner join {{ other }} as others on ours.day >= others.day
  group by ours.day
)

select ours.day
from ours
left join theirs on ours.day = theirs.day
where
  {%- for expression in totals.keys() %}
  {%- if not loop.first %} or {% endif %} ours.total_{{ loop.index }} is distinct from theirs.total_{{ loop.index }}
  {%- endfor %}
{% endtest %}
