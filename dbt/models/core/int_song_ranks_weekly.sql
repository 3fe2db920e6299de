{{ config(**by_day(weekly=true)) }}

{{ chart_ranks('song_key', week_of('day'), in_changed_weeks()) }}
