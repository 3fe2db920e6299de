import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildArtifacts } from '../../artifacts/bundle.ts';
import { completeEnvironment } from '../../environments/model/load.ts';
import { environmentFile, synthesise, variables } from '../support/deployments.ts';
import { Template } from '../support/template.ts';

/** A program as Cloud Run starts it. */
export interface DeployedProgram {
  /** The command, its files in a folder of this machine. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What a deploy of an environment would bring to Google Cloud, read from its synthesised stacks. */
export interface Deployed {
  readonly project: string;
  readonly location: string;
  /** The lake's bucket. */
  readonly lake: string;
  readonly loader: DeployedProgram;
  readonly transform: DeployedProgram;
  readonly dashboard: DeployedProgram;
  /** The datasets and tables of BigQuery, as its API takes them. */
  readonly datasets: readonly Readonly<Record<string, unknown>>[];
  readonly tables: readonly BigQueryTable[];
}

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#Table, as far as the stacks say it. */
export interface BigQueryTable extends Readonly<Record<string, unknown>> {
  readonly tableReference: {
    readonly projectId: string;
    readonly datasetId: string;
    readonly tableId: string;
  };
}

interface Container {
  readonly command: readonly string[];
  readonly args?: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

interface TableAttributes {
  readonly dataset_id: string;
  readonly table_id: string;
  readonly schema: string;
  readonly time_partitioning?: { readonly type: string; readonly field: string };
  readonly require_partition_filter?: boolean;
  readonly clustering?: readonly string[];
}

/** Synthesises an environment with real artifacts into a folder. The first call of a process takes some seconds. */
export async function deploy(folder: string, name = 'dev'): Promise<Deployed> {
  const environment = completeEnvironment(name, await environmentFile(name), variables);
  const { project, region } = environment;
  const artifacts = await buildArtifacts(join(folder, 'built'));
  const bucket = join(folder, 'artifacts');
  const files = [...Object.values(artifacts.programs), ...artifacts.dbt.files];
  for (const file of files) {
    mkdirSync(dirname(join(bucket, file.name)), { recursive: true });
    copyFileSync(file.path, join(bucket, file.name));
  }
  const stacks = join(folder, 'stacks');
  const resources = synthesise(environment, artifacts, stacks).flatMap((id) => {
    const template = new Template(readFileSync(join(stacks, 'stacks', id, 'cdk.tf.json'), 'utf8'));
    return template.resources.map((resource) => ({ ...resource, address: `${id} ${resource.id}` }));
  });
  const program = (address: RegExp): DeployedProgram => {
    const found = resources.filter(
      ({ type, address: at }) => /^google_cloud_run_v2_(job|service)$/.test(type) && address.test(at),
    );
    if (found.length !== 1) throw new Error(`${found.length} programs are called ${address}, expected one`);
    const { command, args = [], env } = containerOf(found[0]?.attributes);
    return {
      command: [...command, ...args].map((part) => part.replace(/^\/artifacts\b/, bucket)),
      environment: Object.fromEntries(env.map((variable) => [variable.name, variable.value])),
    };
  };
  const loader = program(/ loader_job$/);
  return {
    project,
    location: region,
    lake: String(loader.environment.BEATFLOW_LAKE).replace('gs://', ''),
    loader,
    transform: program(/ transform_job$/),
    dashboard: program(/ page_service$/),
    datasets: resources
      .filter(({ type }) => type === 'google_bigquery_dataset')
      .map(({ attributes }) => ({
        datasetReference: { projectId: project, datasetId: attributes.dataset_id },
        location: attributes.location,
      })),
    tables: resources
      .filter(({ type }) => type === 'google_bigquery_table')
      .map(({ attributes }) => tableOf(project, attributes as unknown as TableAttributes)),
  };
}

function containerOf(attributes: unknown): Container {
  const template = (attributes as { template: { template?: unknown } }).template;
  const { containers } = (template.template ?? template) as { containers: readonly Container[] };
  return containers[0] as Container;
}

function tableOf(projectId: string, table: TableAttributes): BigQueryTable {
  const { time_partitioning: partitions, clustering } = table;
  return {
    tableReference: { projectId, datasetId: table.dataset_id, tableId: table.table_id },
    schema: { fields: JSON.parse(table.schema) },
    ...(partitions ? { timePartitioning: { type: partitions.type, field: partitions.field } } : {}),
    requirePartitionFilter: table.require_partition_filter ?? false,
    ...(clustering ? { clustering: { fields: clustering } } : {}),
  };
}
