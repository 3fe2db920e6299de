{{ config(**by_day()) }}

{{ chart_ranks('artist_key') }}
