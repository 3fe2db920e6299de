{{ config(**by_day(weekly=true)) }}

{{ chart_ranks('artist_key', weekly=true) }}
