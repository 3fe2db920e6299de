{{ chart('int_song_ranks_weekly', 'song_key', 7, 'dim_songs', ['song', 'artist']) }}
