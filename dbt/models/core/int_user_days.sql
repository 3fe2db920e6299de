{{ config(**by_day(cluster_by=['user_id'])) }}

{% set who = [
  'first_name', 'last_name', 'gender', 'registered_at', 'level', 'state', 'location_key', 'device_key'
] %}
{% set latest_first = 'ts desc, session_id desc, item_in_session desc, event_key asc' %}
with views as (
  select
    day,
    user_id,
    {{ who | join(',\n    ') }},
    row_number() over (partition by day, user_id order by {{ latest_first }}) as recency
  from {{ ref('stg_page_view_events') }}
  where user_id is not null and {{ on_changed_days() }}
),

view_totals as (
  select
    day,
    user_id,
    count(*) as page_views,
    count(distinct session_id) as sessions,
    min(ts) as first_seen_at,
    max(ts) as last_seen_at
  from {{ ref('stg_page_view_events') }}
  where user_id is not null and {{ on_changed_days() }}
  group by day, user_id
),

stream_totals as (
  select
    day,
    user_id,
    count(*) as streams,
    {{ total('duration_ms') }} as listened_ms,
    count(distinct session_id) as sessions,
    min(ts) as first_seen_at,
    max(ts) as last_seen_at
  from {{ ref('stg_listen_events') }}
  where user_id is not null and {{ on_changed_days() }}
  group by day, user_id
),

-- Topics are committed one by one: streams may be loaded before the page views that they belong to.
streams_before_views as (
  select
    listens.day,
    listens.user_id,
    listens.{{ who | join(',\n    listens.') }},
    row_number() over (
      partition by listens.day, listens.user_id
      order by listens.ts desc, listens.session_id desc, listens.item_in_session desc, listens.event_key asc
    ) as recency
  from {{ ref('stg_listen_events') }} as listens
  left join view_totals on listens.day = view_totals.day and listens.user_id = view_totals.user_id
  where listens.user_id is not null and view_totals.user_id is null and {{ on_changed_days('listens.day') }}
),

listeners as (
  select *
  from views
  where recency = 1
  union all
  select *
  from streams_before_views
  where recency = 1
)

select
  listeners.day,
  listeners.user_id,
  listeners.first_name,
  listeners.last_name,
  coalesce(listeners.gender, 'unknown') as gender,
  listeners.registered_at,
  listeners.level,
  listeners.state,
  listeners.location_key,
  listeners.device_key,
  coalesce(view_totals.page_views, 0) as page_views,
  coalesce(view_totals.sessions, stream_totals.sessions) as sessions,
  coalesce(view_totals.first_seen_at, stream_totals.first_seen_at) as first_seen_at,
  coalesce(view_totals.last_seen_at, stream_totals.last_seen_at) as last_seen_at,
  coalesce(stream_totals.streams, 0) as streams,
  coalesce(stream_totals.listened_ms, 0) as listened_ms
from listeners
left join view_totals
  on listeners.day = view_totals.day and listeners.user_id = view_totals.user_id
left join stream_totals
  on listeners.day = stream_totals.day and listeners.user_id = stream_totals.user_id
