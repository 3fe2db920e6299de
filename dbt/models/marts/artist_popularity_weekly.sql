{{ config(**by_day(cluster_by=['artist_key'], weekly=true)) }}

select
  {{ week_of('day') }} as day,
  artist_key,
  {{ total('streams') }} as streams,
  {{ total('listened_ms') }} / 60000.0 as minutes,
  {{ total('paid_streams') }} as paid_streams,
  {{ total('paid_listened_ms') }} / 60000.0 as paid_minutes
from {{ ref('int_artist_days') }}
where {{ in_changed_weeks() }}
group by {{ week_of('day') }}, artist_key
