with totals as (
  {{ item_totals(ref('int_artist_days'), 'artist_key') }}
)

select
  totals.artist_key,
  artists.artist,
  totals.streams,
  totals.minutes,
  totals.first_day,
  totals.last_day,
  totals.best_day,
  totals.best_day_streams
from totals
inner join {{ ref('dim_artists') }} as artists on totals.artist_key = artists.artist_key
