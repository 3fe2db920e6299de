{{ chart('int_artist_ranks_daily', 'artist_key', 1, 'dim_artists', ['artist']) }}
