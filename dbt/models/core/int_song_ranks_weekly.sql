{{ config(**by_day(weekly=true)) }}

{{ chart_ranks('song_key', 'int_song_days', 'int_song_state_days', weekly=true) }}
