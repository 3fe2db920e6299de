import { z } from 'zod';
import { namedQuery } from '../../warehouse/marts/marts.ts';
import { column, defineDataset } from './dataset.ts';
import { limit } from './parameters.ts';

const topicsQuery = namedQuery(
  'pipeline_topics',
  `select topic, latest_event_at, committed_at, loaded_at, records, dead_letters
from marts.pipeline_topics
order by topic`,
);

/** How far the pipeline had come when the marts were built. */
export const pipelineTopics = defineDataset({
  name: 'pipeline-topics',
  doc: "How far each topic had come when the marts were built, from the loader's bookkeeping.",
  params: z.strictObject({}),
  row: z.object({
    topic: column.text('Topic.'),
    latest_event_at: column.instant('Time of the latest event in the warehouse; null without any.'),
    committed_at: column.instant('When the newest commit record that was loaded was made; null without any.'),
    loaded_at: column.instant('When an hour of it was last loaded; null before the first.'),
    records: column.count('Rows that were loaded, repeats included.'),
    dead_letters: column.maybe(
      'Dead letters of all commit records that were loaded; null without any record.',
    ),
  }),
  query: () => topicsQuery,
});

const loadsQuery = namedQuery(
  'pipeline_loads',
  `select run, loaded_at, hours, records
from marts.pipeline_loads
order by loaded_at desc, run
limit $limit`,
);

/** The last runs of the loader. */
export const pipelineLoads = defineDataset({
  name: 'pipeline-loads',
  doc: 'The runs of the loader that loaded something, newest first.',
  params: z.strictObject({ limit: limit(8, 500) }),
  row: z.object({
    run: column.text('Run of the loader.'),
    loaded_at: z.iso.datetime().meta({ description: 'When its last hour was loaded, UTC.' }),
    hours: column.count('Hours of event time that it loaded.'),
    records: column.count('Rows that these hours had after it.'),
  }),
  query: () => loadsQuery,
});

/** The datasets about the pipeline's own state, in the order of the API's document. */
export const pipelineDatasets = [pipelineTopics, pipelineLoads] as const;
