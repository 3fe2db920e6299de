{# Generated from runtime/contract by `npm run generate`; do not edit. #}

{# The topics of the contract in its order; of `with_fields` those whose events have all of these. #}
{% macro contract_topics(with_fields=[]) %}
  {%- set fields = {
    'listen_events': ['ts', 'sessionId', 'itemInSession', 'level', 'auth', 'city', 'zip', 'state', 'lon', 'lat', 'userAgent', 'userId', 'firstName', 'lastName', 'gender', 'registration', 'tag', 'artist', 'song', 'duration', 'trackId'],
    'page_view_events': ['ts', 'sessionId', 'itemInSession', 'level', 'auth', 'city', 'zip', 'state', 'lon', 'lat', 'userAgent', 'userId', 'firstName', 'lastName', 'gender', 'registration', 'tag', 'page', 'method', 'status', 'artist', 'song', 'duration', 'trackId'],
    'auth_events': ['ts', 'sessionId', 'itemInSession', 'level', 'auth', 'city', 'zip', 'state', 'lon', 'lat', 'userAgent', 'userId', 'firstName', 'lastName', 'gender', 'registration', 'tag', 'success'],
    'status_change_events': ['ts', 'sessionId', 'itemInSession', 'level', 'auth', 'city', 'zip', 'state', 'lon', 'lat', 'userAgent', 'userId', 'firstName', 'lastName', 'gender', 'registration', 'tag', 'newLevel'],
  } -%}
  {%- set topics = [] -%}
  {%- for topic in fields if not (with_fields | reject('in', fields[topic]) | list) -%}
    {%- do topics.append(topic) -%}
  {%- endfor -%}
  {{ return(topics) }}
{% endmacro %}
