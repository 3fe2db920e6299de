{{ config(**by_day(weekly=true)) }}

{{ chart_ranks('artist_key', 'int_artist_days', 'int_artist_state_days', weekly=true) }}
