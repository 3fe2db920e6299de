import { z } from 'zod';
import { namedQuery } from '../../warehouse/marts/marts.ts';
import { listenerType } from '../shared/listener-type.ts';
import { column, defineDataset } from './dataset.ts';

const wholeNumber = (what: string, min: number, max: number) =>
  z.coerce
    .number({ error: `expected ${what}` })
    .int({ error: `expected ${what}` })
    .min(min, { error: `expected ${what}` })
    .max(max, { error: `expected ${what}` });

const user = wholeNumber("a listener's number", 0, Number.MAX_SAFE_INTEGER).meta({
  description: 'Number of the listener.',
});
const year = wholeNumber('a year such as 2026', 2000, 2999).meta({ description: 'Calendar year, UTC.' });

const ofListener = 'user_id = cast($user as bigint) and year = cast($year as bigint)';
const position = column.count('From 1 to 5.');
const listening = {
  streams: column.count('Songs started.'),
  minutes: column.count('Minutes listened.'),
};

const wrappedQuery = namedQuery(
  'wrapped',
  `select user_id, year, streams, songs, artists, minutes, percentile, top_song_key, top_song, top_song_artist,
  top_artist_key, top_artist, first_song, first_song_artist, first_streamed_at, favourite_hour, listening_days,
  longest_streak_days
from marts.wrapped_user_year
where ${ofListener}`,
);

/** A listener's year. */
export const wrapped = defineDataset({
  name: 'wrapped',
  doc: 'The year of a listener; no row for a listener who did not listen in it.',
  params: z.strictObject({ user, year }),
  row: z.object({
    user_id: column.count('Number of the listener.'),
    year: column.count('Calendar year, UTC.'),
    streams: column.count('Songs started.'),
    songs: column.count('Different songs.'),
    artists: column.count('Different artists.'),
    minutes: column.count('Minutes listened.'),
    percentile: column.count("Share of the year's other listeners with fewer minutes, 0 to 1."),
    top_song_key: column.text('Most played song.'),
    top_song: column.text('Its title.'),
    top_song_artist: column.text('Its artist.'),
    top_artist_key: column.text('Most played artist.'),
    top_artist: column.text('Name of the artist.'),
    first_song: column.text('First song of the year.'),
    first_song_artist: column.text('Its artist.'),
    first_streamed_at: column.text('When it started, UTC.'),
    favourite_hour: column.count('Hour of the day with the most streams, 0 to 23, UTC.'),
    listening_days: column.count('Days with a song.'),
    longest_streak_days: column.count('Most days in a row with a song.'),
    listener_type: column.text('What kind of listener that makes: the key of a type.'),
  }),
  query: () => wrappedQuery,
  shape: (rows) => rows.map((row) => ({ ...row, listener_type: listenerType(row).key })),
});

const songsQuery = namedQuery(
  'wrapped_songs',
  `select position, song_key, song, artist, streams, minutes from marts.wrapped_top_songs
where ${ofListener}
order by position`,
);

/** The songs of a listener's year. */
export const wrappedSongs = defineDataset({
  name: 'wrapped-songs',
  doc: "A listener's five songs of the year.",
  params: z.strictObject({ user, year }),
  row: z.object({
    position,
    song_key: column.text('Key of the song.'),
    song: column.text('Title.'),
    artist: column.text('Artist.'),
    ...listening,
  }),
  query: () => songsQuery,
});

const artistsQuery = namedQuery(
  'wrapped_artists',
  `select position, artist_key, artist, songs, streams, minutes from marts.wrapped_top_artists
where ${ofListener}
order by position`,
);

/** The artists of a listener's year. */
const wrappedArtists = defineDataset({
  name: 'wrapped-artists',
  doc: "A listener's five artists of the year.",
  params: z.strictObject({ user, year }),
  row: z.object({
    position,
    artist_key: column.text('Key of the artist.'),
    artist: column.text('Name.'),
    songs: column.count('Different songs heard.'),
    ...listening,
  }),
  query: () => artistsQuery,
});

const yearsQuery = namedQuery(
  'wrapped_years',
  `select year, count(*) as listeners, min(user_id) as first_user, max(user_id) as last_user
from marts.wrapped_user_year group by year order by year desc`,
);

/** The years there are. */
const wrappedYears = defineDataset({
  name: 'wrapped-years',
  doc: 'The years that listeners can look back on, newest first.',
  params: z.strictObject({}),
  row: z.object({
    year: column.count('Calendar year.'),
    listeners: column.count('Listeners of that year.'),
    first_user: column.count('Lowest number among them.'),
    last_user: column.count('Highest number among them.'),
  }),
  query: () => yearsQuery,
});

const nearestQuery = namedQuery(
  'wrapped_nearest',
  `select min(user_id) as user_id from marts.wrapped_user_year
where year = cast($year as bigint) and user_id >= cast($user as bigint)
having count(*) > 0`,
);

/** The next listener of a year. */
const wrappedNearest = defineDataset({
  name: 'wrapped-nearest',
  doc: 'The listener of a year with the lowest number from a given one on: how the page picks one at random.',
  params: z.strictObject({ user, year }),
  row: z.object({ user_id: column.count('Number of the listener.') }),
  query: () => nearestQuery,
});

/** The datasets about a listener's year, in the order of the API's document. */
export const wrappedDatasets = [wrapped, wrappedSongs, wrappedArtists, wrappedYears, wrappedNearest] as const;
