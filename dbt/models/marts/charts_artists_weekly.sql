{{ chart('int_artist_ranks_weekly', 'artist_key', 7, 'dim_artists', ['artist']) }}
