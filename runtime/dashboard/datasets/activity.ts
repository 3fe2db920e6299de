import { z } from 'zod';
import { namedQuery } from '../../warehouse/marts/marts.ts';
import { column, defineDataset } from './dataset.ts';
import { daysOfPeriod, inPeriod, perAudience } from './fragments.ts';
import { audience, period } from './parameters.ts';
import { rollUp } from './roll-up.ts';

const everyone = namedQuery(
  'totals',
  `select
  coalesce(sum(streams), 0) as streams, coalesce(sum(minutes), 0) as minutes,
  coalesce(avg(listeners), 0) as daily_listeners, coalesce(sum(new_users), 0) as new_users,
  coalesce(sum(sessions), 0) as sessions, count(*) as days
from marts.activity_daily
where ${inPeriod}`,
);

const segment = perAudience(
  'totals_of_audience',
  (ofAudience) => `select
  coalesce(sum(streams), 0) as streams, coalesce(sum(minutes), 0) as minutes,
  coalesce(sum(listeners) / nullif(${daysOfPeriod}, 0), 0) as daily_listeners, ${daysOfPeriod} as days
from marts.listeners_by_segment_daily
where ${inPeriod}${ofAudience}`,
);

const narrowed = ({ state, level }: { state?: unknown; level?: unknown }) =>
  state !== undefined || level !== undefined;

/** The headline numbers of a period. */
const totals = defineDataset({
  name: 'totals',
  doc: 'Headline numbers of a period. New listeners and sessions are counted for everyone together only.',
  params: z.strictObject({ ...period, ...audience }),
  row: z.object({
    streams: column.count('Songs started.'),
    minutes: column.count('Minutes listened.'),
    daily_listeners: column.count('Listeners on an average day of the period, days without any included.'),
    new_users: column.maybe('Listeners who signed up; null for part of the audience.'),
    sessions: column.maybe('Sessions; null for part of the audience.'),
    days: column.count('Days of the period on which anybody was seen.'),
  }),
  query: (params) => (narrowed(params) ? segment(params) : everyone),
  shape: (rows) => rows.map((row) => ({ new_users: null, sessions: null, ...row })),
});

const hourly = namedQuery(
  'activity_hourly',
  `select hour as period, streams, listeners, minutes
from marts.activity_hourly
where ${inPeriod}
order by hour`,
);

const daily = namedQuery(
  'activity_daily',
  `select day as period, streams, listeners, minutes
from marts.activity_daily
where ${inPeriod}
order by day`,
);

const dailyOfAudience = perAudience(
  'activity_daily_of_audience',
  (ofAudience) => `with heard as (
  select day, sum(streams) as streams, sum(listeners) as listeners, sum(minutes) as minutes
  from marts.listeners_by_segment_daily
  where ${inPeriod}${ofAudience}
  group by day
),
seen as (
  select day from marts.activity_daily where ${inPeriod}
)
select seen.day as period, coalesce(heard.streams, 0) as streams, coalesce(heard.listeners, 0) as listeners,
  coalesce(heard.minutes, 0) as minutes
from seen
left join heard on seen.day = heard.day
order by seen.day`,
);

/** Listening over time. */
const activity = defineDataset({
  name: 'activity',
  doc: 'Listening over time. By hour it is counted for everyone together: with a state or level the rows are days.',
  params: z.strictObject({
    ...period,
    ...audience,
    grain: z
      .enum(['hour', 'day', 'week', 'month'], { error: 'expected hour, day, week or month' })
      .default('day')
      .meta({ description: 'Length of one row: hour, day, week from Monday, or month.' }),
  }),
  row: z.object({
    period: column.text('The first day of the row, or the start of its hour, UTC.'),
    streams: column.count('Songs started.'),
    listeners: column.count('Listeners who started a song; of a week or month on an average day.'),
    minutes: column.count('Minutes listened.'),
  }),
  query: (params) => (narrowed(params) ? dailyOfAudience(params) : params.grain === 'hour' ? hourly : daily),
  shape: (rows, { grain }) => (grain === 'week' || grain === 'month' ? rollUp(rows, grain) : rows),
});

/** The datasets about listening over time, in the order of the API's document. */
export const activityDatasets = [totals, activity] as const;
