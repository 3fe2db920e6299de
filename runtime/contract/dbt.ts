import { stringify } from 'yaml';
import { lakeRecordFields, type Topic } from './topics.ts';

const loadAudit = {
  name: 'load_audit',
  description:
    'What the loader did: one row for each load of an hour of a topic. Builds take from it which days changed.',
  config: { loaded_at_field: 'loaded_at' },
  columns: [
    { name: 'topic', description: 'Topic whose hour was loaded.' },
    { name: 'hour', description: 'Event hour, UTC.' },
    { name: 'files', description: 'Lake files the hour was loaded from.' },
    { name: 'rows', description: 'Rows of the hour in the raw table after the load.' },
    { name: 'loaded_at', description: 'When the load was done, UTC.' },
    { name: 'run', description: 'Run of the loader.' },
  ],
};

/**
 * The dbt sources file: one raw table per topic with its columns and descriptions, and the loader's record of its
 * loads. Freshness is measured by the time of production, because event time may be simulated. Columns that are never
 * null need no test: the raw tables themselves refuse nulls (`not null` in DuckDB, `REQUIRED` in BigQuery).
 */
export function dbtSources(contract: Readonly<Record<string, Topic>>): string {
  const events = Object.entries(contract).map(([name, topic]) => ({
    name,
    description: `${topic.doc} One row per Kafka record; repeats of an event are dropped in staging.`,
    columns: Object.entries(lakeRecordFields(topic)).map(([column, field]) => ({
      name: column,
      description: field.doc,
    })),
  }));
  const sources = {
    version: 2,
    sources: [
      {
        name: 'raw',
        schema: "{{ var('raw_schema') }}",
        description: 'Events as they were loaded from the lake, hour by hour.',
        config: {
          loaded_at_field: 'kafkaTimestamp',
          freshness: {
            warn_after: { count: 2, period: 'hour' },
            error_after: { count: 6, period: 'hour' },
          },
        },
        tables: [...events, loadAudit],
      },
    ],
  };
  const banner = '# Generated from runtime/contract by `npm run generate`; do not edit.\n';
  return banner + stringify(sources, { lineWidth: 0 });
}
