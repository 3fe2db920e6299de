import { z } from 'zod';
import { type NamedQuery, namedQuery, type Row, type Values } from '../../warehouse/marts.ts';
import { column, defineDataset } from './dataset.ts';
import { addDays } from './days.ts';
import { limit } from './parameters.ts';
import { stateCodes } from './states.ts';

/** How many days back the ranks go that are shown beside the present one. */
const pastDays = { day: 29, week: 26 * 7 - 1 } as const;

type Cycle = keyof typeof pastDays;
type Kind = 'songs' | 'artists';

const marts: Readonly<Record<Kind, Readonly<Record<Cycle, string>>>> = {
  songs: { day: 'charts_songs_daily', week: 'charts_songs_weekly' },
  artists: { day: 'charts_artists_daily', week: 'charts_artists_weekly' },
};
const keys: Readonly<Record<Kind, string>> = { songs: 'song_key', artists: 'artist_key' };

const cycle = z
  .enum(['day', 'week'], { error: 'expected day or week' })
  .default('week')
  .meta({ description: 'Length of the charts: day or week, which begins on Monday.' });

const region = z
  .enum(['US', ...stateCodes], { error: 'expected US or the two-letter code of a US state, such as CA' })
  .default('US')
  .meta({ description: 'US for the country, or the two-letter code of a state.' });

const day = z.iso
  .date({ error: 'expected a date such as 2026-03-02' })
  .optional()
  .meta({ description: 'Day of the chart, or Monday of its week; without it the newest chart.' });

const perCycle = (make: (cycle: Cycle) => NamedQuery) => ({ day: make('day'), week: make('week') });

/** The places of each chart of the last time, in text such as `1 <key>,2 <key>`: what both warehouses gather fast. */
const pastQuery = (kind: Kind, length: Cycle): NamedQuery =>
  namedQuery(
    `chart_past_${kind}_${length}`,
    `select day, string_agg(cast(chart_rank as string) || ' ' || ${keys[kind]}, ',') as places
from marts.${marts[kind][length]}
where region = $region and day between cast($since as date) and cast($day as date)
group by day
order by day`,
  );

const chartQuery = (kind: Kind, length: Cycle): NamedQuery =>
  namedQuery(
    `chart_${kind}_${length}`,
    `select chart_rank, ${keys[kind]}, streams, last_rank, peak_rank, times_on_chart, movement, day
from marts.${marts[kind][length]}
where region = $region and day = cast($chart_day as date) and chart_rank <= $limit`,
  );

/** The places of each of `items` on the charts of `past`, oldest first; null where it was not on one. */
function placesOf(
  past: readonly Row[],
  items: readonly Row[],
  key: string,
): ReadonlyMap<unknown, (number | null)[]> {
  const places = new Map<unknown, (number | null)[]>(items.map((item) => [item[key], past.map(() => null)]));
  past.forEach((chart, index) => {
    for (const place of String(chart.places).split(',')) {
      const space = place.indexOf(' ');
      const ofItem = places.get(place.slice(space + 1));
      if (ofItem) ofItem[index] = Number(place.slice(0, space));
    }
  });
  return places;
}

/** The newest chart of those of the last time, and each item on it with its places on all of them. */
const chart = (kind: Kind) => {
  const pasts = perCycle((length) => pastQuery(kind, length));
  const charts = perCycle((length) => chartQuery(kind, length));
  const key = keys[kind];
  return {
    query: ({ cycle: length }: { cycle: Cycle }) => pasts[length],
    second: {
      query: ({ cycle: length }: { cycle: Cycle }) => charts[length],
      values(past: readonly Row[]): Values | undefined {
        const newest = past.at(-1)?.day;
        return newest === undefined ? undefined : { chart_day: String(newest) };
      },
      merge(past: readonly Row[], items: readonly Row[]): readonly Row[] {
        const places = placesOf(past, items, key);
        return items
          .map((item): Row => ({ ...item, past_ranks: places.get(item[key]) ?? [] }))
          .sort((a, b) => Number(a.chart_rank) - Number(b.chart_rank));
      },
    },
  };
};

/** The first day of the charts whose ranks are shown beside the one of `day`. */
const derive = ({ cycle: length, day: last }: { cycle: Cycle; day?: string | undefined }): Values =>
  last === undefined ? {} : { since: addDays(last, -pastDays[length]) };

const chartParams = z.strictObject({ cycle, region, day, limit: limit(100, 200) });

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
  params: chartParams,
  row: z.object({
    chart_rank: column.count('Place on the chart, from 1; each is held by one.'),
    song_key: column.text('Key of the song in the warehouse.'),
    song: column.text('Title of the song.'),
    artist: column.text('Artist of the song.'),
    ...chartColumns,
  }),
  derive,
  ...chart('songs'),
});

/** The artist chart of a day or week. */
export const artistChart = defineDataset({
  name: 'artist-chart',
  named: 'artist',
  doc: 'The Hot 100 of artists of a day or week, in the country or a state, with the past of each artist on it.',
  params: chartParams,
  row: z.object({
    chart_rank: column.count('Place on the chart, from 1; each is held by one.'),
    artist_key: column.text('Key of the artist in the warehouse.'),
    artist: column.text('Name of the artist.'),
    ...chartColumns,
  }),
  derive,
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
export const chartDays = defineDataset({
  name: 'chart-days',
  doc: 'The charts there are in a region, newest first.',
  params: z.strictObject({ cycle, region }),
  row: z.object({
    day: column.day('Day of the chart, or Monday of its week.'),
    entries: column.count('Songs on it.'),
  }),
  query: ({ cycle: length }) => chartDayQueries[length],
});
