import type { EventsByTopic } from '../listeners.ts';
import {
  addDays,
  artistOf,
  dayOf,
  groupBy,
  type Listen,
  type Recalculation,
  type Row,
  songOf,
  sortedBy,
  weekOf,
} from './plain.ts';

/** A chart's item, period and place. */
interface Place {
  readonly day: string;
  readonly region: string;
  readonly item: string;
  readonly streams: number;
  /** Distinct listeners of each of its days, added up. */
  readonly listeners: number;
  readonly rank: number;
}

interface ChartOptions {
  readonly itemOf: (event: Listen) => string;
  readonly periodOf: (day: string) => string;
  readonly periodDays: number;
  readonly size: number;
}

function placesOf(events: readonly Listen[], { itemOf, periodOf, size }: ChartOptions): Place[] {
  const places: Place[] = [];
  const byPeriod = groupBy(events, (event) => periodOf(dayOf(event.ts)));
  for (const [day, streams] of byPeriod) {
    const regions = groupBy(streams, (event) => event.state);
    regions.set('US', streams);
    for (const [region, inRegion] of regions) {
      const items = [...groupBy(inRegion, itemOf)].map(([item, list]) => ({
        item,
        streams: list.length,
        listeners: new Set(list.map((event) => `${dayOf(event.ts)} ${event.userId}`)).size,
        first: Math.min(...list.map((event) => event.ts)),
      }));
      items.sort(
        (a, b) =>
          b.streams - a.streams ||
          b.listeners - a.listeners ||
          a.first - b.first ||
          (a.item < b.item ? -1 : 1),
      );
      for (const [index, { item, streams, listeners }] of items.slice(0, size).entries()) {
        places.push({ day, region, item, streams, listeners, rank: index + 1 });
      }
    }
  }
  return places;
}

function chart({ listen_events }: EventsByTopic, options: ChartOptions): Row[] {
  const places = placesOf(listen_events, options);
  const newest = places
    .map(({ day }) => day)
    .sort()
    .at(-1);
  const rows = places.map((place) => {
    const history = places
      .filter(({ region, item }) => region === place.region && item === place.item)
      .sort((a, b) => (a.day < b.day ? -1 : 1));
    const sofar = history.filter(({ day }) => day <= place.day);
    const last = history.find(({ day }) => day === addDays(place.day, -options.periodDays));
    const next = history.find(({ day }) => day === addDays(place.day, options.periodDays));
    return {
      day: place.day,
      region: place.region,
      item: place.item,
      chart_rank: place.rank,
      streams: place.streams,
      [options.periodDays === 1 ? 'listeners' : 'listener_days']: place.listeners,
      last_rank: last?.rank ?? null,
      peak_rank: Math.min(...sofar.map(({ rank }) => rank)),
      times_on_chart: sofar.length,
      movement: movementOf(place, last, sofar.length),
      drops_out: place.day === newest ? null : !next,
    };
  });
  return sortedBy(rows, 'day', 'region', 'item');
}

function movementOf(place: Place, last: Place | undefined, times: number): string {
  if (times === 1) return 'new';
  if (!last) return 're-entry';
  if (place.rank < last.rank) return 'up';
  return place.rank > last.rank ? 'down' : 'same';
}

const size = 100;

const chartsSongsDaily = (events: EventsByTopic): Row[] =>
  chart(events, { itemOf: songOf, periodOf: (day) => day, periodDays: 1, size });
const chartsSongsWeekly = (events: EventsByTopic): Row[] =>
  chart(events, { itemOf: songOf, periodOf: weekOf, periodDays: 7, size });
const chartsArtistsDaily = (events: EventsByTopic): Row[] =>
  chart(events, { itemOf: artistOf, periodOf: (day) => day, periodDays: 1, size });
const chartsArtistsWeekly = (events: EventsByTopic): Row[] =>
  chart(events, { itemOf: artistOf, periodOf: weekOf, periodDays: 7, size });

const chartColumns = (listeners: string) =>
  `day, region, chart_rank, streams, ${listeners}, last_rank, peak_rank, times_on_chart, movement, drops_out`;

export const recalculations: readonly Recalculation[] = [
  [
    'marts.charts_songs_daily',
    chartsSongsDaily,
    `song_key as item, ${chartColumns('listeners')}`,
    'day, region, item',
  ],
  [
    'marts.charts_songs_weekly',
    chartsSongsWeekly,
    `song_key as item, ${chartColumns('listener_days')}`,
    'day, region, item',
  ],
  [
    'marts.charts_artists_daily',
    chartsArtistsDaily,
    `artist_key as item, ${chartColumns('listeners')}`,
    'day, region, item',
  ],
  [
    'marts.charts_artists_weekly',
    chartsArtistsWeekly,
    `artist_key as item, ${chartColumns('listener_days')}`,
    'day, region, item',
  ],
];
