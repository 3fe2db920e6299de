{#
  Fails on groups whose totals differ between the model and `other`, groups that only one of them has included:
  a FULL JOIN, compared null-safe. `totals` maps an expression over the model to one over `other`; without `by` and
  `other_by` the whole relations are one group. Where the model is by week, the days of `other_by` are too; where it is
  a running one, its totals of a day are those of all days of `other_by` up to then.
#}
{% test same_totals(model, other, totals, by=none, other_by=none) %}
{%- set running = tested_meta().running -%}
with ours as (
  select
    {{ by or 1 }} as part
    {%- for expression in totals.keys() %},
    {{ expression }} as total_{{ loop.index }}
    {%- endfor %}
  from {{ model }}
  {% if by %}group by {{ by }}{% endif %}
),

others as (
  select
    {{ row_day_of(other_by) if other_by else 1 }} as part
    {%- for expression in totals.values() %},
    {{ expression }} as total_{{ loop.index }}
    {%- endfor %}
  from {{ other if running else rows_to_test(other) }}
  {% if other_by %}group by {{ row_day_of(other_by) }}{% endif %}
),

theirs as (
  {%- if running %}
  select
    days.part
    {%- for expression in totals %},
    sum(others.total_{{ loop.index }}) as total_{{ loop.index }}
    {%- endfor %}
  from (select part from ours union distinct select {{ other_by }} from {{ rows_to_test(other) }}) as days
  inner join others on days.part >= others.part
  group by days.part
  {%- else %}
  select * from others
  {%- endif %}
)

select
  coalesce(ours.part, theirs.part) as part
  {%- for expression in totals.keys() %},
  ours.total_{{ loop.index }} as our_total_{{ loop.index }},
  theirs.total_{{ loop.index }} as their_total_{{ loop.index }}
  {%- endfor %}
from ours
full join theirs on ours.part = theirs.part
where
  {%- for expression in totals.keys() %}
  {%- if not loop.first %} or {% endif %} ours.total_{{ loop.index }} is distinct from theirs.total_{{ loop.index }}
  {%- endfor %}
  or ours.part is null or theirs.part is null
{% endtest %}
