{{ config(**by_day(cluster_by=['user_id'])) }}

with views as (
  select
    day,
    user_id,
    first_name,
    last_name,
    gender,
    registered_at,
    level,
    state,
    location_key,
    device_key,
    row_number() over (
      partition by day, user_id order by ts desc, session_id desc, item_in_session desc, event_key asc
    ) as recency
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

streams as (
  select
    day,
    user_id,
    count(*) as streams,
    {{ total('duration_ms') }} as listened_ms
  from {{ ref('stg_listen_events') }}
  where user_id is not null and {{ on_changed_days() }}
  group by day, user_id
)

select
  view_totals.day,
  view_totals.user_id,
  views.first_name,
  views.last_name,
  coalesce(views.gender, 'unknown') as gender,
  views.registered_at,
  views.level,
  views.state,
  views.location_key,
  views.device_key,
  view_totals.page_views,
  view_totals.sessions,
  view_totals.first_seen_at,
  view_totals.last_seen_at,
  coalesce(streams.streams, 0) as streams,
  coalesce(streams.listened_ms, 0) as listened_ms
from view_totals
inner join views
  on view_totals.day = views.day and view_totals.user_id = views.user_id and views.recency = 1
left join streams
  on view_totals.day = streams.day and view_totals.user_id = streams.user_id
