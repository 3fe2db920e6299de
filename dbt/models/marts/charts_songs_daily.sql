{{ chart('int_song_ranks_daily', 'song_key', 1, 'dim_songs', ['song', 'artist']) }}
