import { z } from 'zod';
import { namedQuery } from '../../warehouse/marts/marts.ts';
import { itemKeyForm } from '../shared/forms.ts';
import { column, defineDataset } from './dataset.ts';
import { limit } from './parameters.ts';

const key = (of: string) =>
  z
    .string({ error: `expected the key of ${of}` })
    .regex(itemKeyForm, { error: `expected the key of ${of}: 1 to 64 letters, digits, - and _` })
    .meta({ description: `Key of ${of} in the warehouse.` });

const summary = {
  streams: column.count('Times started, over the whole history.'),
  minutes: column.count('Minutes listened.'),
  first_day: column.day('First day it was played.'),
  last_day: column.day('Last day it was played.'),
  best_day: column.day('Day with the most streams, the first of equals.'),
  best_day_streams: column.count('Streams on that day.'),
};

const daily = {
  day: column.day('Day, UTC.'),
  streams: column.count('Times started.'),
  listeners: column.count('Listeners who started it.'),
};

const summaryColumns = Object.keys(summary).join(', ');

const songQuery = namedQuery(
  'song',
  `select song_key, song, artist, ${summaryColumns} from marts.song_totals where song_key = $key`,
);

/** One song. */
const song = defineDataset({
  name: 'song',
  doc: 'One song over the whole history; no row for an unknown key.',
  params: z.strictObject({ key: key('a song') }),
  row: z.object({
    song_key: column.text('Key of the song.'),
    song: column.text('Title of the song.'),
    artist: column.text('Artist of the song.'),
    ...summary,
  }),
  query: () => songQuery,
});

const daysQuery = (of: 'song' | 'artist') =>
  namedQuery(
    `${of}_days`,
    `select day, streams, listeners from marts.${of}_popularity_daily where ${of}_key = $key order by day`,
  );
const songDaysQuery = daysQuery('song');

/** A song day by day. */
const songDays = defineDataset({
  name: 'song-days',
  doc: 'How often a song was played, by day.',
  params: z.strictObject({ key: key('a song') }),
  row: z.object(daily),
  query: () => songDaysQuery,
});

const artistQuery = namedQuery(
  'artist',
  `select artist_key, artist, ${summaryColumns} from marts.artist_totals where artist_key = $key`,
);

/** One artist. */
const artist = defineDataset({
  name: 'artist',
  doc: 'One artist over the whole history; no row for an unknown key.',
  params: z.strictObject({ key: key('an artist') }),
  row: z.object({
    artist_key: column.text('Key of the artist.'),
    artist: column.text('Name of the artist.'),
    ...summary,
  }),
  query: () => artistQuery,
});

const artistDaysQuery = daysQuery('artist');

/** An artist day by day. */
const artistDays = defineDataset({
  name: 'artist-days',
  doc: 'How often an artist was played, by day.',
  params: z.strictObject({ key: key('an artist') }),
  row: z.object(daily),
  query: () => artistDaysQuery,
});

const artistSongsQuery = namedQuery(
  'artist_songs',
  `select song_key, song, streams, minutes from marts.song_totals
where artist_key = $key
order by streams desc, song, song_key
limit $limit`,
);

/** An artist's songs. */
const artistSongs = defineDataset({
  name: 'artist-songs',
  doc: 'The songs of an artist, most streams first.',
  params: z.strictObject({ key: key('an artist'), limit: limit(10, 200) }),
  row: z.object({
    song_key: column.text('Key of the song.'),
    song: column.text('Title of the song.'),
    streams: column.count('Times started, over the whole history.'),
    minutes: column.count('Minutes listened.'),
  }),
  query: () => artistSongsQuery,
});

const artistOfSongQuery = namedQuery(
  'artist_of_song',
  'select artist_key, artist from marts.song_totals where song_key = $key',
);

/** The artist of a song. */
const artistOfSong = defineDataset({
  name: 'artist-of-song',
  doc: 'The artist of a song; no row for an unknown key.',
  params: z.strictObject({ key: key('a song') }),
  row: z.object({
    artist_key: column.text('Key of the artist.'),
    artist: column.text('Name of the artist.'),
  }),
  query: () => artistOfSongQuery,
});

const ranks = {
  day: column.day('Monday of the week.'),
  chart_rank: column.count('Place on the chart.'),
  movement: column.text('Against the chart before: new, re-entry, up, down or same.'),
};
const ranksQuery = (of: 'song' | 'artist') =>
  namedQuery(
    `${of}_ranks`,
    `select day, chart_rank, movement from marts.charts_${of}s_weekly
where region = $region and ${of}_key = $key order by day`,
  );

/** The country's charts. A value and not a constant, for readers that hold regions as numbers: see PlannedQuery. */
const derive = () => ({ region: 'US' });

const songRanks = ranksQuery('song');

/** A song's past on the weekly chart. */
const songRankHistory = defineDataset({
  name: 'song-ranks',
  doc: 'The places of a song on the weekly charts of the country.',
  params: z.strictObject({ key: key('a song') }),
  row: z.object(ranks),
  query: () => songRanks,
  derive,
});

const artistRanks = ranksQuery('artist');

/** An artist's past on the weekly chart. */
const artistRankHistory = defineDataset({
  name: 'artist-ranks',
  doc: 'The places of an artist on the weekly charts of the country.',
  params: z.strictObject({ key: key('an artist') }),
  row: z.object(ranks),
  query: () => artistRanks,
  derive,
});

/** The datasets about one song or artist, in the order of the API's document. */
export const catalogueDatasets = [
  song,
  songDays,
  songRankHistory,
  artistOfSong,
  artist,
  artistDays,
  artistSongs,
  artistRankHistory,
] as const;
