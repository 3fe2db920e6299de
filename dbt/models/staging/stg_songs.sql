select
  trackId as song_key,
  {{ surrogate_key(['artist']) }} as artist_key,
  artist,
  song,
  cast(round(duration * 1000) as {{ dbt.type_bigint() }}) as duration_ms,
  cast(releasedAt as date) as release_date
from {{ source('raw', 'songs') }}
qualify row_number() over (partition by trackId order by catalogueAt desc, source asc) = 1
