import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { errorMessage, SetupError } from '../../program/errors.ts';
import { hash32 } from '../random/stream.ts';
import { type Catalogue, fixedCatalogue, type Track } from './catalogue.ts';
import { readCsv } from './csv.ts';

/** A song as a file lists it; `plays` is undefined where the file has no counts. */
interface Listed extends Track {
  readonly plays: number | undefined;
}

type RowReader = (text: string, fault: (line: number, problem: string) => void) => Listed[];

/** What Eventsim plays a song of unknown length for. */
const defaultDurationSeconds = 180;
const longestText = 1000;
const longestTrackId = 200;
const faultsShown = 20;
/** Where a list has no play counts, ranks are drawn and weighted as in the synthetic catalogue. */
const zipfExponent = 0.85;

function number(value: string | undefined): number | undefined {
  return value === undefined || value.trim() === '' ? undefined : Number(value);
}

/** One song, or undefined after its faults were reported. */
function listed(
  song: Readonly<Record<'trackId' | 'artist' | 'title' | 'duration' | 'plays', string | undefined>>,
  fault: (problem: string) => void,
): Listed | undefined {
  const { trackId = '', artist = '', title = '' } = song;
  const duration = number(song.duration) ?? defaultDurationSeconds;
  const plays = number(song.plays);
  const problems: string[] = [];
  if (trackId === '') problems.push('the track id is empty');
  if (trackId.length > longestTrackId) {
    problems.push(`the track id has ${trackId.length} characters: expected at most ${longestTrackId}`);
  }
  if (artist === '') problems.push('the artist is empty');
  if (!(duration > 0 && duration < 86_400)) {
    problems.push(
      `the duration is ${JSON.stringify(song.duration)}: expected seconds over 0 and under 86,400`,
    );
  }
  if (plays !== undefined && !(plays >= 0 && plays < 2 ** 53)) {
    problems.push(`the play count is ${JSON.stringify(song.plays)}: expected a number from 0`);
  }
  for (const problem of problems) fault(problem);
  if (problems.length > 0) return undefined;
  return {
    trackId,
    artist: artist.slice(0, longestText),
    title: title.slice(0, longestText),
    durationSeconds: duration,
    plays,
  };
}

/** Eventsim's listen_counts.txt: track id, artist, title, duration, plays, between tabs, without a header. */
const readListenCounts: RowReader = (text, fault) =>
  text.split('\n').flatMap((row, index) => {
    if (row.trim() === '') return [];
    const cells = row.replace(/\r$/, '').split('\t');
    if (cells.length !== 5) {
      fault(
        index + 1,
        `${cells.length} columns between tabs: expected 5 (track id, artist, title, duration, plays)`,
      );
      return [];
    }
    const [trackId, artist, title, duration, plays] = cells;
    return listed({ trackId, artist, title, duration, plays }, (problem) => fault(index + 1, problem)) ?? [];
  });

/** Streamify's songs.csv: the Million Song Dataset subset with a header. */
const readSongsCsv: RowReader = (text, fault) => {
  const [header, ...rows] = readCsv(text);
  const columns = header?.cells ?? [];
  const column = (name: string) => columns.indexOf(name);
  const missing = ['track_id', 'artist_name', 'title', 'duration'].filter((name) => column(name) < 0);
  if (missing.length > 0) {
    fault(1, `columns missing: ${missing.join(', ')}`);
    return [];
  }
  return rows.flatMap(({ line, cells }) => {
    if (cells.length !== columns.length) {
      fault(line, `${cells.length} cells: expected ${columns.length}, as the header has`);
      return [];
    }
    const song = {
      trackId: cells[column('track_id')],
      artist: cells[column('artist_name')],
      title: cells[column('title')],
      duration: cells[column('duration')],
      plays: undefined,
    };
    return listed(song, (problem) => fault(line, problem)) ?? [];
  });
};

/** The subset's own track list, subset_unique_tracks.txt: `track<SEP>song<SEP>artist<SEP>title`. It has no lengths. */
const readTrackList: RowReader = (text, fault) =>
  text.split('\n').flatMap((row, index) => {
    if (row.trim() === '') return [];
    const cells = row.replace(/\r$/, '').split('<SEP>');
    if (cells.length !== 4) {
      fault(index + 1, `${cells.length} parts between <SEP>: expected 4 (track id, song id, artist, title)`);
      return [];
    }
    const [trackId, , artist, title] = cells;
    const song = { trackId, artist, title, duration: undefined, plays: undefined };
    return listed(song, (problem) => fault(index + 1, problem)) ?? [];
  });

function readerOf(text: string): RowReader {
  const firstLine = text.slice(0, text.indexOf('\n') >>> 0);
  if (firstLine.includes('<SEP>')) return readTrackList;
  return firstLine.includes('\t') ? readListenCounts : readSongsCsv;
}

/** Songs without counts get weights by Zipf's law in an order that depends on their ids only. */
function weightsOf(songs: readonly Listed[]): number[] {
  if (songs.some(({ plays }) => plays !== undefined)) return songs.map(({ plays }) => plays ?? 0);
  const weights = new Array<number>(songs.length);
  const keys = songs.map(({ trackId }) => hash32(...Buffer.from(trackId)) >>> 0);
  const order = songs
    .map((_, index) => index)
    .sort((x, y) => (keys[x] as number) - (keys[y] as number) || x - y);
  order.forEach((song, rank) => {
    weights[song] = (rank + 1) ** -zipfExponent;
  });
  return weights;
}

/** One entry for each track id; the plays of repeated entries are added. */
function withoutRepeats(songs: readonly Listed[]): Listed[] {
  const byId = new Map<string, Listed>();
  for (const song of songs) {
    const known = byId.get(song.trackId);
    byId.set(
      song.trackId,
      known
        ? { ...known, plays: known.plays === undefined ? undefined : known.plays + (song.plays ?? 0) }
        : song,
    );
  }
  return [...byId.values()];
}

/**
 * Reads a song list that people have: Eventsim's `listen_counts.txt`, Streamify's `songs.csv`, or the Million Song
 * Dataset subset's `subset_unique_tracks.txt`, each also gzipped; which one it is shows in its first line.
 * @throws SetupError `configuration` with the faults of all lines
 */
export function importCatalogue(path: string): Catalogue {
  let text: string;
  try {
    const content = readFileSync(path);
    text = (content[0] === 0x1f && content[1] === 0x8b ? gunzipSync(content) : content).toString('utf8');
  } catch (error) {
    throw new SetupError('configuration', `the song list ${path} cannot be read: ${errorMessage(error)}`, {
      cause: error,
    });
  }
  const faults: string[] = [];
  const songs = withoutRepeats(
    readerOf(text)(text, (line, problem) => faults.push(`line ${line}: ${problem}`)),
  );
  if (songs.length === 0 && faults.length === 0) faults.push('it lists no song');
  const weights = weightsOf(songs);
  if (songs.length > 0 && !weights.some((weight) => weight > 0))
    faults.push('no song has a play count above 0');
  if (faults.length > 0) {
    const more = faults.length > faultsShown ? [`and ${faults.length - faultsShown} more`] : [];
    throw new SetupError(
      'configuration',
      `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} in the song list ${path}:\n  ` +
        `${[...faults.slice(0, faultsShown), ...more].join('\n  ')}\n` +
        'Expected listen_counts.txt, songs.csv with a header, or subset_unique_tracks.txt.',
    );
  }
  return fixedCatalogue(songs, weights);
}
