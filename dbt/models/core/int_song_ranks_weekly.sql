{{ config(**by_day(weekly=true)) }}

{{ chart_ranks('song_key', weekly=true) }}
