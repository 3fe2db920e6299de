import { hourMs } from '../../../contract/durations.ts';
import type { DatasetRow } from '../../datasets/index.ts';
import { daysIn } from '../../shared/days.ts';
import { datasetAddress, fetchRows } from '../api.ts';
import { type Card, card } from '../card.ts';
import { choice } from '../choice.ts';
import { type Grain, moment } from '../format.ts';
import { colour } from '../plots/plot.ts';
import { timePlot } from '../plots/time.ts';
import type { Selection } from './selection.ts';

const measures = { streams: 'Streams', listeners: 'Listeners', minutes: 'Minutes' } as const;
type Measure = keyof typeof measures;

const grains = { auto: 'Auto', hour: 'Hour', day: 'Day', week: 'Week', month: 'Month' } as const;
type GrainChoice = keyof typeof grains;

/** Up to this many days a chart by hour is readable, and is what is shown unless the reader says otherwise. */
const hourlyDays = 10;

interface Loaded {
  readonly rows: readonly DatasetRow<'activity'>[];
  readonly grain: Grain;
  readonly csv: string;
  readonly lastIsPartial: boolean;
}

/** Hours are counted for everyone together only. */
function grainOf(picked: GrainChoice, { filters: { from, to, state, level } }: Selection): Grain {
  const everyone = !state && !level;
  if (picked === 'hour') return everyone ? 'hour' : 'day';
  if (picked !== 'auto') return picked;
  return everyone && daysIn(from, to) <= hourlyDays ? 'hour' : 'day';
}

/** When the time that begins at a row's period ends, milliseconds since the epoch. */
function endOf(period: string, grain: Grain): number {
  const start = new Date(period);
  if (grain === 'month') return Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1);
  return start.getTime() + { hour: 1, day: 24, week: 168 }[grain] * hourMs;
}

/** Whether listening goes on beyond the data within the time of the last row. */
function isPartial(rows: Loaded['rows'], grain: Grain, { context }: Selection): boolean {
  const last = rows.at(-1);
  const topics = context.feed.state.status?.pipeline?.topics ?? [];
  const until = topics.find(({ topic }) => topic === 'listen_events')?.latest_event_at;
  return last !== undefined && typeof until === 'string' && Date.parse(until) < endOf(last.period, grain);
}

/** Listening over time, by the measure and the length of time the reader picks. */
export function activityCard(selection: () => Selection): Card {
  let measure: Measure = 'streams';
  let picked: GrainChoice = 'auto';
  const activity: Card = card<Loaded>({
    id: 'activity',
    title: 'Listening over time',
    layout: 'full timed',
    tools: [
      choice('Length of time', grains, picked, (grain) => {
        picked = grain;
        void activity.refresh();
      }),
      choice('Measure', measures, measure, (key) => {
        measure = key;
        activity.redraw();
      }),
    ],
    async load(signal) {
      const { from, to, state, level } = selection().filters;
      const grain = grainOf(picked, selection());
      const asked = { from, to, state, level, grain };
      const rows = await fetchRows('activity', asked, signal);
      const lastIsPartial = isPartial(rows, grain, selection());
      return { rows, grain, csv: datasetAddress('activity', asked, '.csv'), lastIsPartial };
    },
    isEmpty: ({ rows }) => rows.length === 0,
    draw: ({ rows, grain, lastIsPartial }, width) =>
      timePlot({
        points: rows.map((row) => ({ at: new Date(row.period), value: row[measure] })),
        grain,
        lastIsPartial,
        label: measures[measure],
        colour: colour[measure],
        width,
        height: 280,
      }),
    table: ({ rows, grain, csv }) => ({
      caption: `Listening by ${grain}`,
      csv,
      columns: [
        { label: { hour: 'Hour', day: 'Day', week: 'Week', month: 'Month' }[grain] },
        ...Object.values(measures).map((label) => ({ label, numeric: true })),
      ],
      rows: rows.map(({ period, streams, listeners, minutes }) => [
        moment(new Date(period), grain),
        streams,
        Math.round(listeners),
        Math.round(minutes),
      ]),
    }),
  });
  return activity;
}
