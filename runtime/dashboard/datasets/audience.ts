import { z } from 'zod';
import type { Row } from '../../warehouse/marts/marts.ts';
import { usStateOf } from '../shared/us-states.ts';
import { column, defineDataset } from './dataset.ts';
import { daysOfPeriod, inPeriod, perAudience } from './fragments.ts';
import { audience, period } from './parameters.ts';

type Dimension = 'state' | 'gender' | 'level';

const by = (dimension: Dimension) =>
  perAudience(
    `audience_by_${dimension}`,
    (ofAudience) => `select
  cast(${dimension} as string) as segment, sum(streams) as streams, sum(minutes) as minutes,
  sum(listeners) / ${daysOfPeriod} as daily_listeners
from marts.listeners_by_segment_daily
where ${inPeriod}${ofAudience}
group by ${dimension}
order by streams desc, segment`,
  );

const queries = { state: by('state'), gender: by('gender'), level: by('level') };

const measures = {
  streams: column.count('Songs started.'),
  minutes: column.count('Minutes listened.'),
  daily_listeners: column.count('Listeners on an average day of the period, days without any included.'),
};

/** Listening by who listens. */
const audienceBy = defineDataset({
  name: 'audience',
  doc: 'Listening of a period by gender or subscription level.',
  params: z.strictObject({
    ...period,
    ...audience,
    by: z.enum(['gender', 'level'], { error: 'expected gender or level' }).default('level').meta({
      description: 'What the rows are: gender or level.',
    }),
  }),
  row: z.object({ segment: column.text('F, M or unknown; or free or paid.'), ...measures }),
  query: (params) => queries[params.by](params),
});

const demographicsQuery = perAudience(
  'demographics',
  (ofAudience) => `select
  cast(segment as string) as segment, sum(streams) as streams, sum(minutes) as minutes, sum(listeners) / ${daysOfPeriod} as daily_listeners
from marts.demographics_daily
where dimension = $by and ${inPeriod}${ofAudience}
group by segment
order by streams desc, segment`,
);

/** Listening by device or age of the account. */
const demographics = defineDataset({
  name: 'demographics',
  doc: 'Listening of a period by device or by the age of the account.',
  params: z.strictObject({
    ...period,
    ...audience,
    by: z
      .enum(['device', 'account_age'], { error: 'expected device or account_age' })
      .default('device')
      .meta({ description: 'What the rows are: device or account_age, the time since sign-up.' }),
  }),
  row: z.object({ segment: column.text('Device, or time since sign-up.'), ...measures }),
  query: demographicsQuery,
});

function withResidents(row: Row): Row {
  const state = usStateOf(String(row.segment));
  const { segment, ...rest } = row;
  return {
    state: segment ?? null,
    name: state?.name ?? String(segment),
    ...rest,
    streams_per_100k: state ? (Number(row.streams) / state.residents) * 100_000 : null,
  };
}

/** Listening by state of the USA. */
const byState = defineDataset({
  name: 'states',
  doc: 'Listening of a period by state of the USA, also per head.',
  params: z.strictObject({ ...period, ...audience }),
  row: z.object({
    state: column.text('Two-letter code.'),
    name: column.text('Name of the state.'),
    ...measures,
    streams_per_100k: column.maybe(
      'Streams per 100,000 residents of the 2020 census; null outside the states.',
    ),
  }),
  query: queries.state,
  shape: (rows) => rows.map(withResidents),
});

/** The datasets about who listens, and where, in the order of the API's document. */
export const audienceDatasets = [audienceBy, demographics, byState] as const;
