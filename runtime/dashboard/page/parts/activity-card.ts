import { daysIn } from '../../datasets/days.ts';
import type { DatasetRow } from '../../datasets/index.ts';
import { datasetAddress, fetchRows } from '../api.ts';
import { type Card, card } from '../card.ts';
import { colour } from '../charts/plot.ts';
import { timeChart } from '../charts/time-chart.ts';
import { choice } from '../choice.ts';
import { moment } from '../format.ts';
import type { Selection } from './selection.ts';

const measures = { streams: 'Streams', listeners: 'Listeners', minutes: 'Minutes' } as const;
type Measure = keyof typeof measures;

/** Up to this many days a chart by hour is readable, and is what is shown unless the reader says otherwise. */
const hourlyDays = 10;

interface Loaded {
  readonly rows: readonly DatasetRow<'activity'>[];
  readonly grain: 'hour' | 'day';
  readonly csv: string;
}

/** Listening over time, by the measure the reader picks. */
export function activityCard(selection: () => Selection): Card {
  let measure: Measure = 'streams';
  const params = () => {
    const { from, to, state, level } = selection().filters;
    const everyone = !state && !level;
    const grain = everyone && daysIn(from, to) <= hourlyDays ? ('hour' as const) : ('day' as const);
    return { from, to, state, level, grain };
  };
  const activity: Card = card<Loaded>({
    id: 'activity',
    title: 'Listening over time',
    layout: 'full timed',
    tools: [
      choice('Measure', measures, measure, (picked) => {
        measure = picked;
        activity.redraw();
      }),
    ],
    async load(signal) {
      const asked = params();
      const rows = await fetchRows('activity', asked, signal);
      return { rows, grain: asked.grain, csv: datasetAddress('activity', asked, '.csv') };
    },
    isEmpty: ({ rows }) => rows.length === 0,
    draw: ({ rows, grain }, width) =>
      timeChart({
        points: rows.map((row) => ({ at: new Date(row.period), value: row[measure] })),
        grain,
        label: measures[measure],
        colour: colour[measure],
        width,
        height: 280,
      }),
    table: ({ rows, grain, csv }) => ({
      caption: `Listening by ${grain}`,
      csv,
      columns: [
        { label: grain === 'hour' ? 'Hour' : 'Day' },
        ...Object.values(measures).map((label) => ({ label, numeric: true })),
      ],
      rows: rows.map(({ period, streams, listeners, minutes }) => [
        moment(new Date(period), grain),
        streams,
        listeners,
        Math.round(minutes),
      ]),
    }),
  });
  return activity;
}
