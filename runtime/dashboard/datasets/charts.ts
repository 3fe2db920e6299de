import { z } from 'zod';
import { type NamedQuery, namedQuery, type Row, type Values } from '../../warehouse/marts/marts.ts';
import { addDays, mondayOf } from '../shared/days.ts';
import { usStateCodes } from '../shared/us-states.ts';
import { column, defineDataset } from './dataset.ts';
import { limit } from './parameters.ts';

type Cycle = 'day' | 'week';
type Kind = 'songs' | 'artists';

const marts: Readonly<Record<Kind, Readonly<Record<Cycle, string>>>> = {
  songs: { day: 'charts_songs_daily', week: 'charts_songs_weekly' },
  artists: { day: 'charts_artists_daily', week: 'charts_artists_weekly' },
};
const keys: Readonly<Record<Kind, string>> = { songs: 'song_key', artists: 'artist_key' };

/** How many days before a chart the first is whose places are told beside it: of 30 charts by day, 26 by week. */
const pastDays: Readonly<Record<Cycle, number>> = { day: 29, week: 25 * 7 };

const cycle = z
  .enum(['day', 'week'], { error: 'expected day or week' })
  .default('week')
  .meta({ description: 'Length of the charts: day or week, which begins on Monday.' });

const region = z
  .enum(['US', ...usStateCodes], { error: 'expected US or the two-letter code of a US state, such as CA' })
  .default('US')
  .meta({ description: 'US for the country, or the two-letter code of a state.' });

const day = z.iso
  .date({ error: 'expected a date such as 2026-03-02' })
  .optional()
  .meta({ description: 'Day of the chart, or Monday of its week; without it the newest chart.' });

const perCycle = (make: (cycle: Cycle) => NamedQuery) => ({ day: make('day'), week: make('week') });

const chartParams = z.strictObject({ cycle, region, day, limit: limit(100, 200) });
type ChartParams = z.infer<typeof chartParams>;

/** What is told of a place on the chart asked for, behind its rank and key and in this order. */
const details = ['streams', 'last_rank', 'peak_rank', 'times_on_chart', 'movement'];

/**
 * The charts of the last time, oldest first, the places of each in one text such as `1 <key> 2 <key>`: both warehouses
 * gather it faster than they return a row for each place. On the chart asked for the details follow each key.
 */
const chartQuery = (kind: Kind, length: Cycle): NamedQuery =>
  namedQuery(
    `chart_${kind}_${length}`,
    `select day, string_agg(cast(chart_rank as string) || ' ' || ${keys[kind]} || case when day = cast($chart_day as date)
  then ${details.map((detail) => `' ' || coalesce(cast(${detail} as string), '-')`).join(' || ')}
  else '' end, ' ') as places
from marts.${marts[kind][length]}
where region = $region and day between cast($since as date) and cast($chart_day as date)
group by day
order by day`,
  );

/** The day of the chart that the day asked for belongs to, and of the first chart that is told beside it. */
function derive({ cycle: length, day: asked }: Partial<ChartParams>): Values {
  if (length === undefined || asked === undefined) return {};
  const chartDay = length === 'week' ? mondayOf(asked) : asked;
  return { chart_day: chartDay, since: addDays(chartDay, -pastDays[length]) };
}

/** Where there is no chart of the day asked for, the newest before it. */
function redirect(charts: readonly Row[], params: ChartParams): ChartParams | undefined {
  const newest = charts.at(-1)?.day;
  const found = newest === undefined || newest === derive(params).chart_day;
  return found ? undefined : { ...params, day: String(newest) };
}

const wordsOf = ({ places }: Row) => String(places).split(' ');

/** The places of the chart asked for. */
function placesOf(chart: Row, key: string): Row[] {
  const words = wordsOf(chart);
  const places: Row[] = [];
  const wordsOfPlace = 2 + details.length;
  for (let at = 0; at < words.length; at += wordsOfPlace) {
    const place = words.slice(at, at + wordsOfPlace);
    const [rank, item = null, streams, lastRank, peakRank, times, movement = null] = place;
    places.push({
      chart_rank: Number(rank),
      [key]: item,
      streams: Number(streams),
      last_rank: lastRank === '-' ? null : Number(lastRank),
      peak_rank: Number(peakRank),
      times_on_chart: Number(times),
      movement,
      day: chart.day ?? null,
    });
  }
  return places.sort((a, b) => Number(a.chart_rank) - Number(b.chart_rank));
}

/** The newest chart, each place with its item's on all of them; null where the item had none. */
function shape(charts: readonly Row[], key: string, count: number): Row[] {
  const newest = charts.at(-1);
  if (!newest) return [];
  const places = placesOf(newest, key).slice(0, count);
  const pastRanks = new Map<unknown, (number | null)[]>(
    places.map((place) => [place[key], [...charts.slice(1).map(() => null), Number(place.chart_rank)]]),
  );
  charts.slice(0, -1).forEach((chart, index) => {
    const words = wordsOf(chart);
    for (let at = 0; at < words.length; at += 2) {
      const ofItem = pastRanks.get(words[at + 1]);
      if (ofItem) ofItem[index] = Number(words[at]);
    }
  });
  return places.map((place) => ({ ...place, past_ranks: pastRanks.get(place[key]) ?? [] }));
}

/** What the charts of songs and of artists share. */
const chart = (kind: Kind) => {
  const queries = perCycle((length) => chartQuery(kind, length));
  return {
    params: chartParams,
    query: ({ cycle: length }: ChartParams) => queries[length],
    derive,
    redirect,
    shape: (charts: readonly Row[], params: ChartParams) => shape(charts, keys[kind], params.limit),
  };
};

const chartColumns = {
  streams: column.count('Times it was started in the period and region.'),
  last_rank: column.maybe('Place on the chart before; null when it was not on it.'),
  peak_rank: column.count('Best place so far.'),
  times_on_chart: column.count('Charts it has been on, this one included.'),
  movement: z
    .enum(['new', 're-entry', 'up', 'down', 'same'])
    .meta({ description: 'Against the chart before.' }),
  day: column.day('Day of the chart, or Monday of its week.'),
  past_ranks: z.array(z.number().nullable()).meta({
    description:
      'Its place on each chart of the last time, oldest first and this one last; null where it was not on it.',
  }),
};

/** The song chart of a day or week. */
export const songChart = defineDataset({
  name: 'song-chart',
  named: 'song',
  doc: 'The Hot 100 of songs of a day or week, in the country or a state, with the past of each song on it.',
  row: z.object({
    chart_rank: column.count('Place on the chart, from 1; each is held by one.'),
    song_key: column.text('Key of the song in the warehouse.'),
    song: column.text('Title of the song.'),
    artist: column.text('Artist of the song.'),
    ...chartColumns,
  }),
  ...chart('songs'),
});

/** The artist chart of a day or week. */
const artistChart = defineDataset({
  name: 'artist-chart',
  named: 'artist',
  doc: 'The Hot 100 of artists of a day or week, in the country or a state, with the past of each artist on it.',
  row: z.object({
    chart_rank: column.count('Place on the chart, from 1; each is held by one.'),
    artist_key: column.text('Key of the artist in the warehouse.'),
    artist: column.text('Name of the artist.'),
    ...chartColumns,
  }),
  ...chart('artists'),
});

const chartDayQueries = perCycle((length) =>
  namedQuery(
    `chart_days_${length}`,
    `select day, count(*) as entries from marts.${marts.songs[length]}
where region = $region group by day order by day desc`,
  ),
);

/** Which charts there are. */
const chartDays = defineDataset({
  name: 'chart-days',
  doc: 'The charts there are in a region, newest first.',
  params: z.strictObject({ cycle, region }),
  row: z.object({
    day: column.day('Day of the chart, or Monday of its week.'),
    entries: column.count('Songs on it.'),
  }),
  query: ({ cycle: length }) => chartDayQueries[length],
});

/** The datasets about the charts, in the order of the API's document. */
export const chartsDatasets = [songChart, artistChart, chartDays] as const;
