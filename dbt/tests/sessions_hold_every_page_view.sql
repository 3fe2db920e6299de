-- Sessions are made from their parts on the days around the changed ones: none may fall between two builds. That the
-- parts hold every page view is tested by day, so that no build reads all page views.
with sessions as (
  select
    sum(page_views) as page_views,
    sum(streams) as streams
  from {{ ref('fct_sessions') }}
),

page_views as (
  select
    sum(page_views) as page_views,
    sum(streams) as streams
  from {{ ref('int_session_days') }}
)

select
  sessions.page_views as page_views_in_sessions,
  page_views.page_views,
  sessions.streams as streams_in_sessions,
  page_views.streams
from sessions
cross join page_views
where
  coalesce(sessions.page_views, 0) <> coalesce(page_views.page_views, 0)
  or coalesce(sessions.streams, 0) <> coalesce(page_views.streams, 0)
