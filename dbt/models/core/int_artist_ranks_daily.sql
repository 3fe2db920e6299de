{{ config(**by_day()) }}

{{ chart_ranks('artist_key', 'int_artist_days', 'int_artist_state_days') }}
