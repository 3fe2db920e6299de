import { z } from 'zod';
import { namedQuery } from '../../warehouse/marts.ts';
import { column, defineDataset } from './dataset.ts';
import { inPeriod } from './fragments.ts';
import { limit, period } from './parameters.ts';

const songs = namedQuery(
  'top_songs',
  `select song_key, max(song) as song, max(artist) as artist, sum(streams) as streams, sum(minutes) as minutes
from marts.song_popularity_daily
where ${inPeriod}
group by song_key
order by streams desc, song, artist, song_key
limit $limit`,
);

/** The most played songs. */
export const topSongs = defineDataset({
  name: 'top-songs',
  doc: 'The most played songs of a period, most streams first.',
  params: z.strictObject({ ...period, limit: limit(10, 500) }),
  row: z.object({
    song_key: column.text('Key of the song in the warehouse.'),
    song: column.text('Title of the song.'),
    artist: column.text('Artist of the song.'),
    streams: column.count('Times it was started.'),
    minutes: column.count('Minutes it was listened to.'),
  }),
  query: () => songs,
});

const artists = namedQuery(
  'top_artists',
  `select artist_key, max(artist) as artist, sum(streams) as streams, sum(minutes) as minutes
from marts.artist_popularity_daily
where ${inPeriod}
group by artist_key
order by streams desc, artist, artist_key
limit $limit`,
);

/** The most played artists. */
export const topArtists = defineDataset({
  name: 'top-artists',
  doc: 'The most played artists of a period, most streams first.',
  params: z.strictObject({ ...period, limit: limit(10, 500) }),
  row: z.object({
    artist_key: column.text('Key of the artist in the warehouse.'),
    artist: column.text('Name of the artist.'),
    streams: column.count('Songs of the artist that were started.'),
    minutes: column.count('Minutes the artist was listened to.'),
  }),
  query: () => artists,
});
