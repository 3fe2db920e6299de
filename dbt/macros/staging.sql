{# What all topics have in common, renamed and cast: when, where, on what device and who. #}
{% macro event_columns() -%}
  {{ event_key() }} as event_key,
  ts,
  cast(ts as date) as day,
  {{ hour_of('ts') }} as hour,
  sessionId as session_id,
  cast(itemInSession as {{ dbt.type_bigint() }}) as item_in_session,
  level,
  auth,
  {{ surrogate_key(['zip', 'city', 'state']) }} as location_key,
  city,
  zip,
  state,
  lon,
  lat,
  {{ dbt.hash('userAgent') }} as device_key,
  userAgent as user_agent,
  userId as user_id,
  firstName as first_name,
  lastName as last_name,
  gender,
  registration as registered_at,
  tag,
  cast(kafkaPartition as {{ dbt.type_bigint() }}) as kafka_partition,
  kafkaOffset as kafka_offset,
  kafkaTimestamp as produced_at
{%- endmacro %}

{#
  Keeps one record of each event: a producer delivers at least once, so a record can repeat. Of the repeats, the one
  with the lowest coordinates stays. Nulls in the identity (tag) are equal here.
#}
{% macro first_of_each_event() -%}
  qualify row_number() over (
    partition by tag, sessionId, itemInSession, ts
    order by kafkaPartition, kafkaOffset
  ) = 1
{%- endmacro %}
