select
  audit.run,
  max(audit.loadedAt) as loaded_at,
  count(distinct audit.hour) as hours,
  {{ total('audit.rows') }} as records
from {{ source('raw', 'load_audit') }} as audit
group by audit.run
