-- fct_sessions looks two days back for the start of a session; a longer one would be cut.
select
  session_key,
  started_at,
  ended_at
from {{ ref('fct_sessions') }}
where cast(ended_at as date) > {{ days_after('day', 2) }}
