{#
  Fails on rows whose grain columns repeat or are null: the model then has not the grain it states. Those of `nullable` may
  be null, which counts as a value like others.
#}
{% test grain(model, columns, nullable=[]) %}
select
  {{ columns | join(', ') }},
  count(*) as copies
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1{% for column in columns if column not in nullable %} or {{ column }} is null{% endfor %}
{% endtest %}
