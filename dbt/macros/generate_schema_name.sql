{#
  Schemas are named by layer (staging, core, marts), the same in every environment; BigQuery datasets may carry the
  environment's prefix, because they share one namespace per project.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
  {%- set layer = custom_schema_name if custom_schema_name is not none else target.schema -%}
  {%- if target.type == 'bigquery' and custom_schema_name is not none -%}
    {{ target.schema }}_{{ layer }}
  {%- else -%}
    {{ layer }}
  {%- endif -%}
{%- endmacro %}
