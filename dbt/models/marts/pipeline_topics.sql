with newest_loads as (
  -- An hour that was loaded again has the rows of its last load.
  select
    audit.topic,
    audit.rows as loaded_records,
    audit.loadedAt as loaded_at
  from {{ source('raw', 'load_audit') }} as audit
  qualify row_number() over (partition by audit.topic, audit.hour order by audit.loadedAt desc, audit.run desc) = 1
),

loaded as (
  select
    topic,
    {{ total('loaded_records') }} as records,
    max(loaded_at) as loaded_at
  from newest_loads
  group by topic
),

committed as (
  select
    commits.topic,
    {{ total('commits.deadLetters') }} as dead_letters,
    max(commits.committedAt) as committed_at
  from {{ source('raw', 'lake_commits') }} as commits
  group by commits.topic
)

select
  latest.topic,
  latest.latest_event_at,
  committed.committed_at,
  loaded.loaded_at,
  coalesce(loaded.records, 0) as records,
  committed.dead_letters
from {{ ref('int_latest_events') }} as latest
left join loaded on latest.topic = loaded.topic
left join committed on latest.topic = committed.topic
