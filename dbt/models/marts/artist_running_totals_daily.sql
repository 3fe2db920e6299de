{{ config(**by_day(cluster_by=['artist_key'], running=true)) }}

{{ running_totals(ref('int_artist_days'), 'artist_key') }}
