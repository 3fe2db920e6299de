{#
  In a build, tests of models by day look at the days that the build made, on both sides of a comparison: the others
  were tested when they were made. `dbt test` looks at everything.
#}
{% macro rows_to_test(relation) %}
  {%- set tested = graph.nodes.get(model.attached_node) if execute else none -%}
  {%- if tested and flags.WHICH == 'build' and is_by_day(tested) -%}
    {%- set day = row_day_of('day') -%}
    {%- set days -%}
      select {{ day }} from {{ built_days() }} where model = '{{ tested.name }}' and run = '{{ invocation_id }}'
    {%- endset -%}
    {{ return('(select * from ' ~ relation ~ ' where ' ~ day ~ ' in (' ~ days ~ '))') }}
  {%- endif -%}
  {{ return(relation) }}
{% endmacro %}

{# How the tested model keeps its days: see by_day. #}
{% macro tested_meta() %}
  {%- set tested = graph.nodes.get(model.attached_node) if execute else none -%}
  {{ return(tested.config.get('meta', {}) if tested else {}) }}
{% endmacro %}

{# The day on which the tested model keeps a row of `day`: the Monday of a weekly one, the new year of a yearly one. #}
{% macro row_day_of(day) %}
  {%- set meta = tested_meta() -%}
  {{ return(week_of(day) if meta.weekly else new_year_of(day) if meta.yearly else day) }}
{% endmacro %}

{# What dbt puts in the place of a test's model. #}
{% macro get_where_subquery(relation) %}
  {%- set where = config.get('where', '') -%}
  {%- if where -%}
    {{ return('(select * from ' ~ rows_to_test(relation) ~ ' where ' ~ where ~ ')') }}
  {%- endif -%}
  {{ return(rows_to_test(relation)) }}
{% endmacro %}
