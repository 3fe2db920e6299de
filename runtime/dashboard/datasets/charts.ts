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
const names: Readonly<Record<Kind, readonly string[]>> = { songs: ['song', 'artist'], artists: ['artist'] };

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

/** Where each item has been on the charts of the last time, in text: what both warehouses gather fast. */
const historyQuery = (kind: Kind, length: Cycle): NamedQuery =>
  namedQuery(
    `chart_histories_${kind}_${length}`,
    `select ${keys[kind]}, max(day) as last_day,
  string_agg(cast(day as string) || ' ' || cast(chart_rank as string), ',') as past
from marts.${marts[kind][length]}
where region = $region and day between cast($since as date) and cast($day as date)
group by ${keys[kind]}`,
  );

const chartQuery = (kind: Kind, length: Cycle): NamedQuery =>
  namedQuery(
    `chart_${kind}_${length}`,
    `select chart_rank, ${keys[kind]}, ${names[kind].join(', ')}, streams, last_rank, peak_rank, times_on_chart, movement, day
from marts.${marts[kind][length]}
where region = $region and day = cast($chart_day as date)
order by chart_rank, streams desc, ${names[kind][0]}, ${keys[kind]}
limit $limit`,
  );

/** A history such as `2026-03-09 4,2026-03-02 7` as days and ranks, oldest first. */
function historyOf(past: Row[string]) {
  const charts = String(past).split(',').sort();
  return {
    past_days: charts.map((chart) => chart.slice(0, 10)),
    past_ranks: charts.map((chart) => Number(chart.slice(11))),
  };
}

/** The newest chart of those that the histories tell of, and on it each item with its own. */
const chart = (kind: Kind) => {
  const histories = perCycle((length) => historyQuery(kind, length));
  const charts = perCycle((length) => chartQuery(kind, length));
  const key = keys[kind];
  return {
    query: ({ cycle: length }: { cycle: Cycle }) => histories[length],
    second: {
      query: ({ cycle: length }: { cycle: Cycle }) => charts[length],
      values(first: readonly Row[]): Values | undefined {
        const newest = first
          .map(({ last_day }) => String(last_day))
          .sort()
          .at(-1);
        return newest === undefined ? undefined : { chart_day: newest };
      },
      merge(first: readonly Row[], second: readonly Row[]): readonly Row[] {
        const pasts = new Map(first.map((row) => [row[key], row.past ?? null]));
        return second.map((row) => ({ ...row, ...historyOf(pasts.get(row[key]) ?? null) }));
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
  past_days: z.array(z.string()).meta({ description: 'The charts of the last time that it was on.' }),
  past_ranks: z.array(z.number()).meta({ description: 'Its place on each of these.' }),
};

/** The song chart of a day or week. */
export const songChart = defineDataset({
  name: 'song-chart',
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
