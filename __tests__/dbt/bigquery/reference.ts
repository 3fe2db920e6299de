import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Fields } from '../../../runtime/contract/fields.ts';
import { pipelineTables } from '../../../runtime/contract/pipeline-tables.ts';
import { referenceTables } from '../../../runtime/contract/reference-tables.ts';
import { lakeRecordFields, type TopicName, topicNames, topics } from '../../../runtime/contract/topics.ts';
import type { EventsByTopic } from '../listeners.ts';
import { catalogueSongs } from '../songs.ts';
import { auditOf, commitsOf, recordsOf } from '../warehouse.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const tools = join(root, '.beatflow', 'tools', 'bigquery');
const project = 'beatflow-test';
const datasets = 'test';

type Value = string | number | boolean | null;

/** A table of the reference warehouse: instants are microseconds since the epoch, days ISO text. */
export interface ReferenceTable {
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly rows: readonly (readonly Value[])[];
}

/** What to do, in order: put tables there, or run dbt. */
type Step =
  | { readonly tables: Readonly<Record<string, ReferenceTable>> }
  | { readonly dbt: readonly string[] };

/** What came of it: each dbt run's nodes, and all tables as they are in the end, by layer and name. */
export interface Outcome {
  readonly runs: readonly {
    readonly exception: string | null;
    readonly results: readonly {
      readonly id: string;
      readonly status: string;
      readonly message: string | null;
    }[];
  }[];
  readonly tables: Readonly<Record<string, ReferenceTable>>;
}

const types = {
  string: 'STRING',
  long: 'INTEGER',
  int: 'INTEGER',
  double: 'FLOAT',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
} as const;

function tableOf(fields: Fields, records: readonly Readonly<Record<string, unknown>>[]): ReferenceTable {
  const columns = Object.entries(fields);
  return {
    columns: columns.map(([name, { type }]) => [name, types[type]]),
    rows: records.map((record) =>
      columns.map(([name, { type }]) => {
        const value = (record[name] ?? null) as Value;
        return type === 'timestamp' && typeof value === 'number' ? value * 1000 : value;
      }),
    ),
  };
}

/** The raw tables that hold these batches of events, as the loader would leave them in BigQuery. */
export function rawTables(
  batches: readonly { readonly events: EventsByTopic; readonly loadedAt: number }[],
  repeatEvery: number,
): Record<string, ReferenceTable> {
  const tables: Record<string, ReferenceTable> = {};
  const audit: ReturnType<typeof auditOf> = [];
  const commits: ReturnType<typeof commitsOf> = [];
  for (const topic of topicNames as readonly TopicName[]) {
    const records: ReturnType<typeof recordsOf> = [];
    for (const { events, loadedAt } of batches) {
      const batch = recordsOf(topic, events[topic], repeatEvery, records.length);
      records.push(...batch);
      audit.push(...auditOf(topic, batch, loadedAt));
      commits.push(...commitsOf(topic, batch, loadedAt));
    }
    tables[`${project}.${datasets}_raw.${topic}`] = tableOf(lakeRecordFields(topics[topic]), records);
  }
  tables[`${project}.${datasets}_raw.load_audit`] = tableOf(pipelineTables.load_audit.fields, audit);
  tables[`${project}.${datasets}_raw.lake_commits`] = tableOf(pipelineTables.lake_commits.fields, commits);
  tables[`${project}.${datasets}_raw.songs`] = tableOf(referenceTables.songs.fields, catalogueSongs);
  return tables;
}

/** Runs dbt's BigQuery target on Google's reference engine. `folder` takes dbt's artifacts. */
export async function runOnReference(folder: string, steps: readonly Step[]): Promise<Outcome> {
  const dbtProject = join(root, 'dbt');
  const program = join(import.meta.dirname, 'on_reference.py');
  const child = spawn(join(tools, 'python', 'bin', 'python'), [program], {
    timeout: 540_000,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      BEATFLOW_WAREHOUSE: 'bigquery',
      BEATFLOW_BIGQUERY_METHOD: 'oauth-secrets',
      BEATFLOW_BIGQUERY_TOKEN: 'none',
      BEATFLOW_PROJECT: project,
      BEATFLOW_DATASET_PREFIX: datasets,
      DBT_PROJECT_DIR: dbtProject,
      DBT_PROFILES_DIR: dbtProject,
      DBT_TARGET_PATH: join(folder, 'target-bigquery'),
      DBT_LOG_PATH: join(folder, 'logs'),
      DO_NOT_TRACK: '1',
    },
  });
  const java = [
    'java',
    '-cp',
    join(tools, 'jars', '*'),
    join(import.meta.dirname, 'ReferenceWarehouse.java'),
  ];
  child.stdin.end(JSON.stringify({ java, steps }));
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (!output) throw new Error(`dbt on the reference engine gave no answer:\n${errors.slice(-4000)}`);
  const outcome = JSON.parse(output) as Outcome;
  const prefix = `${project}.${datasets}_`;
  const tables = Object.entries(outcome.tables).map(([name, table]) => [name.slice(prefix.length), table]);
  return { runs: outcome.runs, tables: Object.fromEntries(tables) };
}
