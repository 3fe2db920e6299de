{{ config(**by_day()) }}

{{ chart_ranks('song_key') }}
