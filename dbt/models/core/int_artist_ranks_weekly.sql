{{ config(**by_day(weekly=true)) }}

{{ chart_ranks('artist_key', week_of('day'), in_changed_weeks()) }}
