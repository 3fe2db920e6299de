{#
  A surrogate key: the md5, in hexadecimal, of the columns' texts joined by a bar. A null is not the same as an empty
  text. Pass instants through epoch_millis first: their text differs between the warehouses.
#}
{% macro surrogate_key(columns) -%}
  {%- set parts = [] -%}
  {%- for column in columns -%}
    {%- do parts.append("coalesce(cast(" ~ column ~ " as " ~ dbt.type_string() ~ "), '~null~')") -%}
    {%- if not loop.last %}{% do parts.append("'|'") %}{% endif -%}
  {%- endfor -%}
  {{ dbt.hash(dbt.concat(parts)) }}
{%- endmacro %}

{# Key of an event by its identity, the columns by which first_of_each_event knows a repeat. #}
{% macro event_key() -%}
  {{ surrogate_key(['tag', 'sessionId', 'itemInSession', epoch_millis('ts')]) }}
{%- endmacro %}

{# Key of a song: its key in the catalogue, or one made of its names when the producer knows no catalogue. #}
{% macro song_key(track_id, artist, song) -%}
  coalesce({{ track_id }}, {{ surrogate_key([artist, song]) }})
{%- endmacro %}
