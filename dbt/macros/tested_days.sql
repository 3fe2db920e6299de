{#
  In a build, tests of models by day look at the days that the build made, on both sides of a comparison: the others
  were tested when they were made. `dbt test` looks at everything. The days are asked first and said as literals, since
  BigQuery reads all partitions of a table for a subquery.
#}
{% macro rows_to_test(relation) %}
  {%- set tested = graph.nodes.get(model.attached_node) if execute else none -%}
  {%- if tested and flags.WHICH == 'build' and is_by_day(tested) -%}
    {{ return('(select * from ' ~ relation ~ ' where ' ~ on_rows_of('day', days_of_this_build(tested)) ~ ')') }}
  {%- endif -%}
  {{ return(relation) }}
{% endmacro %}

{# The days of a model that this build made, asked once for all of its tests: they run when it is built. #}
{% macro days_of_this_build(node) %}
  {%- set known_as = 'days_of_' ~ invocation_id -%}
  {%- if known_as not in node -%}
    {%- set query -%}
      select distinct cast(day as {{ dbt.type_string() }}) as day
      from {{ built_days() }}
      where model = '{{ node.name }}' and run = '{{ invocation_id }}'
    {%- endset -%}
    {%- do node.update({known_as: run_query(query).columns[0].values() | list}) -%}
  {%- endif -%}
  {{ return(node[known_as]) }}
{% endmacro %}

{# A condition that holds on these days; on their whole weeks or years where the tested model is by week or year. #}
{% macro on_rows_of(column, days) -%}
  {%- set meta = tested_meta() -%}
  {{ in_years(column, days) if meta.yearly else day_among(column, whole_weeks_of(days) if meta.weekly else days) }}
{%- endmacro %}

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
