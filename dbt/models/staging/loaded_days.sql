select
  cast(hour as date) as day,
  max(loadedAt) as stamp,
  count(*) as loads
from {{ source('raw', 'load_audit') }}
group by cast(hour as date)
