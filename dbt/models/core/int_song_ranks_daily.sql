{{ config(**by_day()) }}

{{ chart_ranks('song_key', 'day', on_changed_days()) }}
