{{ config(**by_day()) }}

{{ chart_ranks('artist_key', 'day', on_changed_days()) }}
