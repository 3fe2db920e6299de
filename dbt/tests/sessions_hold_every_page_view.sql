-- Sessions are made from the page views around the changed days: none may fall between two builds.
with sessions as (
  select
    sum(page_views) as page_views,
    sum(streams) as streams
  from {{ ref('fct_sessions') }}
),

page_views as (
  select
    count(*) as page_views,
    count(song_key) as streams
  from {{ ref('fct_page_views') }}
)

select
  sessions.page_views as page_views_in_sessions,
  page_views.page_views,
  sessions.streams as streams_in_sessions,
  page_views.streams
from sessions
cross join page_views
where
  coalesce(sessions.page_views, 0) <> page_views.page_views
  or coalesce(sessions.streams, 0) <> page_views.streams
