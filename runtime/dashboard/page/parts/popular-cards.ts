import type { DatasetRow } from '../../datasets/index.ts';
import { datasetAddress, fetchRows } from '../api.ts';
import { type Card, card } from '../card.ts';
import { rankList } from '../plots/rank-list.ts';
import { parametersOf, type Selection } from './selection.ts';

/** Rows that a download holds at most. */
const downloaded = 500;

/** The most played songs of the selection. */
export function songsCard(selection: () => Selection): Card {
  return card<DatasetRow<'top-songs'>[]>({
    id: 'top-songs',
    title: 'Most played songs',
    note: 'Streams',
    layout: 'half ranked titled',
    load: (signal) => fetchRows('top-songs', { ...parametersOf(selection()), limit: 10 }, signal),
    draw: (rows) =>
      rankList({
        items: rows.map(({ song_key, song, artist, streams }) => ({
          title: song,
          subtitle: artist,
          href: `/songs/${encodeURIComponent(song_key)}`,
          value: streams,
        })),
        unit: 'streams',
      }),
    table: (rows) => ({
      caption: 'Most played songs',
      csv: datasetAddress('top-songs', { ...parametersOf(selection()), limit: downloaded }, '.csv'),
      columns: [
        { label: 'Song' },
        { label: 'Artist' },
        { label: 'Streams', numeric: true },
        { label: 'Minutes', numeric: true },
      ],
      rows: rows.map(({ song, artist, streams, minutes }) => [song, artist, streams, Math.round(minutes)]),
    }),
  });
}

/** The most played artists of the selection. */
export function artistsCard(selection: () => Selection): Card {
  return card<DatasetRow<'top-artists'>[]>({
    id: 'top-artists',
    title: 'Most played artists',
    note: 'Streams',
    layout: 'half ranked',
    load: (signal) => fetchRows('top-artists', { ...parametersOf(selection()), limit: 10 }, signal),
    draw: (rows) =>
      rankList({
        items: rows.map(({ artist_key, artist, streams }) => ({
          title: artist,
          href: `/artists/${encodeURIComponent(artist_key)}`,
          value: streams,
        })),
        unit: 'streams',
        tone: 'warm',
      }),
    table: (rows) => ({
      caption: 'Most played artists',
      csv: datasetAddress('top-artists', { ...parametersOf(selection()), limit: downloaded }, '.csv'),
      columns: [
        { label: 'Artist' },
        { label: 'Streams', numeric: true },
        { label: 'Minutes', numeric: true },
      ],
      rows: rows.map(({ artist, streams, minutes }) => [artist, streams, Math.round(minutes)]),
    }),
  });
}
