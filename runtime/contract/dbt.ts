import { stringify } from 'yaml';
import { lakeRecordFields, type Topic } from './topics.ts';

/**
 * The dbt sources file: one raw table per topic with its columns and descriptions, and the loader's own tables.
 * Freshness is measured by the time of production, because event time may be simulated.
 */
export function dbtSources(contract: Readonly<Record<string, Topic>>): string {
  const events = Object.entries(contract).map(([name, topic]) => ({
    name,
    description: `${topic.doc} One row per Kafka record; repeats of an event are dropped in staging.`,
    columns: Object.entries(lakeRecordFields(topic)).map(([column, field]) => ({
      name: column,
      description: field.doc,
      ...(field.nullable ? {} : { data_tests: ['not_null'] }),
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
        tables: events,
      },
    ],
  };
  const banner = '# Generated from runtime/contract by `npm run generate`; do not edit.\n';
  return banner + stringify(sources, { lineWidth: 0 });
}
