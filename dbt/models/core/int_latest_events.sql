{% for topic in contract_topics() %}
  select
    '{{ topic }}' as topic,
    max(ts) as latest_event_at
  from {{ ref('stg_' ~ topic) }}
  {{ 'union all' if not loop.last }}
{% endfor %}
