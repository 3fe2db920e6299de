{{ config(**by_day(cluster_by=['song_key'])) }}

select
  day,
  song_key,
  -- One spelling for the day, should a catalogue's key have come with two.
  min(song) as song,
  min(artist) as artist,
  count(*) as streams,
  count(distinct user_id) as listeners,
  {{ total('duration_ms') }} / 60000.0 as minutes
from {{ ref('fct_streams') }}
where {{ on_changed_days() }}
group by day, song_key
