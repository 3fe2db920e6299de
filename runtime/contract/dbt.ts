import { stringify } from 'yaml';
import { rawPartitionColumn } from './bigquery.ts';
import type { Fields } from './fields.ts';
import { lakeRecordFields, type Topic } from './topics.ts';

const banner = 'Generated from runtime/contract by `npm run generate`; do not edit.';

/**
 * What `dbt source freshness` reads: all hours, in words that BigQuery takes for a filter of partitions. It refuses queries of
 * raw tables that have none.
 */
const everyPartition = `${rawPartitionColumn} >= timestamp '0001-01-01 00:00:00'`;

/**
 * The dbt sources file: one raw table per topic with its columns and descriptions, the loader's own tables, and the reference data. Freshness is measured by the time of production, because event time may be simulated. Columns that are never
 * null need no test: the raw tables themselves refuse nulls (`not null` in DuckDB, `REQUIRED` in BigQuery).
 */
export function dbtSources(
  contract: Readonly<Record<string, Topic>>,
  others: Readonly<Record<string, { readonly doc: string; readonly fields: Fields }>>,
): string {
  const events = Object.entries(contract).map(([name, topic]) => ({
    name,
    description: `${topic.doc} One row per Kafka record; repeats of an event are dropped in staging.`,
    columns: columnsOf(lakeRecordFields(topic)),
  }));
  const withoutFreshness = Object.entries(others).map(([name, table]) => ({
    name,
    description: table.doc,
    config: { freshness: null },
    columns: columnsOf(table.fields),
  }));
  const sources = {
    version: 2,
    sources: [
      {
        name: 'raw',
        // Datasets carry the environment's prefix: see dbt/macros/generate_schema_name.sql.
        schema: "{{ target.schema ~ '_' if target.type == 'bigquery' else '' }}{{ var('raw_schema') }}",
        description: 'Events as they were loaded from the lake, hour by hour.',
        config: {
          loaded_at_field: 'kafkaTimestamp',
          freshness: {
            warn_after: { count: 2, period: 'hour' },
            error_after: { count: 6, period: 'hour' },
            filter: everyPartition,
          },
        },
        tables: [...events, ...withoutFreshness],
      },
    ],
  };
  return `# ${banner}\n${stringify(sources, { lineWidth: 0 })}`;
}

/** The dbt macro by which models go through the topics of the contract, so that none has a list of its own. */
export function dbtTopics(contract: Readonly<Record<string, Topic>>): string {
  const fields = Object.entries(contract).map(
    ([name, topic]) => `    '${name}': ['${Object.keys(topic.fields).join("', '")}'],\n`,
  );
  return `{# ${banner} #}

{# The topics of the contract in its order; of \`with_fields\` those whose events have all of these. #}
{% macro contract_topics(with_fields=[]) %}
  {%- set fields = {
${fields.join('')}  } -%}
  {%- set topics = [] -%}
  {%- for topic in fields if not (with_fields | reject('in', fields[topic]) | list) -%}
    {%- do topics.append(topic) -%}
  {%- endfor -%}
  {{ return(topics) }}
{% endmacro %}
`;
}

function columnsOf(fields: Fields) {
  return Object.entries(fields).map(([name, field]) => ({ name, description: field.doc }));
}
