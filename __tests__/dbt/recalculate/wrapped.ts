import type { EventsByTopic } from '../listeners.ts';
import {
  addDays,
  dayOf,
  groupBy,
  type Listen,
  milliseconds,
  type Recalculation,
  type Row,
  songOf,
  sortedBy,
} from './plain.ts';

interface Favourite {
  readonly item: string;
  readonly streams: Listen[];
}

/** Items by streams, then by which was heard first. */
function favourites(streams: readonly Listen[], itemOf: (event: Listen) => string): Favourite[] {
  const first = (list: readonly Listen[]) => Math.min(...list.map((event) => event.ts));
  return [...groupBy(streams, itemOf)]
    .map(([item, list]) => ({ item, streams: list }))
    .sort((a, b) => b.streams.length - a.streams.length || first(a.streams) - first(b.streams));
}

const minutesOf = (streams: readonly Listen[]) =>
  streams.reduce((sum, stream) => sum + milliseconds(stream), 0) / 60_000;

/** A listener's streams of a year, in order; of the newest day, which is not over, none. */
function yearsOf(events: EventsByTopic): { user: number; year: number; streams: Listen[] }[] {
  const newest = Object.values(events)
    .flatMap((list: readonly { ts: number }[]) => list.map(({ ts }) => dayOf(ts)))
    .sort()
    .at(-1);
  const over = events.listen_events.filter(({ ts }) => dayOf(ts) !== newest);
  const groups = groupBy(over, (event) => `${event.userId} ${dayOf(event.ts).slice(0, 4)}`);
  return [...groups].map(([id, streams]) => {
    const [user, year] = id.split(' ').map(Number) as [number, number];
    return { user, year, streams };
  });
}

function longestStreak(days: ReadonlySet<string>): number {
  let longest = 0;
  for (const start of days) {
    let length = 1;
    while (days.has(addDays(start, length))) length += 1;
    longest = Math.max(longest, length);
  }
  return longest;
}

function favouriteHour(streams: readonly Listen[]): number {
  const counts = new Array<number>(24).fill(0);
  for (const { ts } of streams) {
    const hour = new Date(ts).getUTCHours();
    counts[hour] = (counts[hour] ?? 0) + 1;
  }
  return counts.indexOf(Math.max(...counts));
}

export function wrappedUserYear(events: EventsByTopic): Row[] {
  const years = yearsOf(events);
  const rows = years.map(({ user, year, streams }) => {
    const total = streams.reduce((sum, stream) => sum + milliseconds(stream), 0);
    const others = years.filter((other) => other.year === year && other.user !== user);
    const less = others.filter(
      (other) => other.streams.reduce((sum, stream) => sum + milliseconds(stream), 0) < total,
    );
    const [song] = favourites(streams, songOf);
    const [artist] = favourites(streams, (event) => event.artist);
    const [first] = streams;
    const days = new Set(streams.map((event) => dayOf(event.ts)));
    return {
      user_id: user,
      year,
      streams: streams.length,
      songs: new Set(streams.map(songOf)).size,
      artists: new Set(streams.map((event) => event.artist)).size,
      minutes: minutesOf(streams),
      percentile: others.length === 0 ? 0 : less.length / others.length,
      top_song: song?.streams[0]?.song ?? null,
      top_artist: artist?.item ?? null,
      first_song: first?.song ?? null,
      first_streamed_at: first ? new Date(first.ts).toISOString() : null,
      favourite_hour: favouriteHour(streams),
      listening_days: days.size,
      longest_streak_days: longestStreak(days),
    };
  });
  return sortedBy(rows, 'user_id', 'year');
}

export function wrappedTopSongs(events: EventsByTopic): Row[] {
  const rows = yearsOf(events).flatMap(({ user, year, streams }) =>
    favourites(streams, songOf)
      .slice(0, 5)
      .map((song, index) => ({
        user_id: user,
        year,
        position: index + 1,
        song: song.streams[0]?.song ?? null,
        streams: song.streams.length,
        minutes: minutesOf(song.streams),
      })),
  );
  return sortedBy(rows, 'user_id', 'year', 'position');
}

export function wrappedTopArtists(events: EventsByTopic): Row[] {
  const rows = yearsOf(events).flatMap(({ user, year, streams }) =>
    favourites(streams, (event) => event.artist)
      .slice(0, 5)
      .map((artist, index) => ({
        user_id: user,
        year,
        position: index + 1,
        artist: artist.item,
        songs: new Set(artist.streams.map(songOf)).size,
        streams: artist.streams.length,
        minutes: minutesOf(artist.streams),
      })),
  );
  return sortedBy(rows, 'user_id', 'year', 'position');
}

export const recalculations: readonly Recalculation[] = [
  [
    'marts.wrapped_user_year',
    wrappedUserYear,
    'user_id, year, streams, songs, artists, minutes, percentile, top_song, top_artist, first_song, first_streamed_at, favourite_hour, listening_days, longest_streak_days',
    'user_id, year',
  ],
  [
    'marts.wrapped_top_songs',
    wrappedTopSongs,
    'user_id, year, position, song, streams, minutes',
    'user_id, year, position',
  ],
  [
    'marts.wrapped_top_artists',
    wrappedTopArtists,
    'user_id, year, position, artist, songs, streams, minutes',
    'user_id, year, position',
  ],
];
