{{ config(**by_day(cluster_by=['song_key'], running=true)) }}

{{ running_totals(ref('int_song_days'), 'song_key') }}
