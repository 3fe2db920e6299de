{# Fails on rows whose grain columns repeat or are null: the model then has not the grain it states. #}
{% test grain(model, columns) %}
select
  {{ columns | join(', ') }},
  count(*) as copies
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1{% for column in columns %} or {{ column }} is null{% endfor %}
{% endtest %}
