import type { App } from 'cdktf';
import { BigQueryDataset } from '../constructs/bigquery-dataset.ts';
import type { Grant } from '../constructs/helpers/access.ts';
import { runAfter } from '../constructs/helpers/order.ts';
import { Table } from '../constructs/table.ts';
import type { WarehouseLayer } from '../environments/model/names.ts';
import { bigqueryColumns, rawClusteringColumns, rawPartitionColumn } from '../runtime/contract/bigquery.ts';
import { pipelineTableNames, pipelineTables } from '../runtime/contract/pipeline-tables.ts';
import { referenceTableNames, referenceTables } from '../runtime/contract/reference-tables.ts';
import { lakeRecordFields, topicNames, topics } from '../runtime/contract/topics.ts';
import { BeatflowStack, type StackProps } from './beatflow-stack.ts';

const descriptions: Readonly<Record<WarehouseLayer, string>> = {
  raw: 'Events and reference data as the loader loaded them, and what it loaded.',
  staging: 'Events renamed, cast and without repeats; built by dbt.',
  core: 'The star schema; built by dbt.',
  marts: 'What the page and reports read; built by dbt.',
};

/** The warehouse: a dataset per layer, and the tables that are loaded; dbt makes its own. */
export class WarehouseStack extends BeatflowStack {
  constructor(scope: App, props: StackProps) {
    super(scope, 'warehouse', props);
    const { environment, names, protection } = this;
    const viewer = (member: string): Grant => ({ role: 'roles/bigquery.dataViewer', member });
    const editor = (member: string): Grant => ({ role: 'roles/bigquery.dataEditor', member });
    const transform = names.member('transform');
    const page = names.member('dashboard');
    const grants: Readonly<Record<WarehouseLayer, readonly Grant[]>> = {
      raw: [editor(names.member('loader')), viewer(transform)],
      staging: [editor(transform)],
      core: [editor(transform)],
      marts: [editor(transform), viewer(page)],
    };
    const key = this.keyFor('warehouse');
    const dataset = (layer: WarehouseLayer) =>
      new BigQueryDataset(this, layer, {
        name: names.bigQueryDataset(layer),
        location: environment.region,
        description: descriptions[layer],
        ...key,
        protection,
        grants: grants[layer],
      });
    const raw = dataset('raw');
    for (const layer of ['staging', 'core', 'marts'] as const) dataset(layer);

    for (const name of topicNames) {
      const table = new Table(this, name, {
        dataset: names.bigQueryDataset('raw'),
        name,
        description: topics[name].doc,
        columns: bigqueryColumns(lakeRecordFields(topics[name])),
        partition: {
          by: 'HOUR',
          column: rawPartitionColumn,
          expirationDays: environment.warehouse.rawExpirationDays,
          filterRequired: true,
        },
        clustering: rawClusteringColumns,
        ...key,
        protection,
      });
      runAfter(table, raw);
    }
    for (const name of pipelineTableNames) {
      const { doc, fields, partitionColumn, clusteringColumns } = pipelineTables[name];
      const table = new Table(this, name, {
        dataset: names.bigQueryDataset('raw'),
        name,
        description: doc,
        columns: bigqueryColumns(fields),
        partition: { by: 'DAY', column: partitionColumn, filterRequired: false },
        clustering: clusteringColumns,
        ...key,
        protection,
      });
      runAfter(table, raw);
    }
    for (const name of referenceTableNames) {
      const table = new Table(this, name, {
        dataset: names.bigQueryDataset('raw'),
        name,
        description: referenceTables[name].doc,
        columns: bigqueryColumns(referenceTables[name].fields),
        ...key,
        protection,
      });
      runAfter(table, raw);
    }
    this.output(
      'warehouse',
      'Datasets of the layers, in BigQuery',
      Object.keys(descriptions).map(
        (layer) => `${environment.project}.${names.bigQueryDataset(layer as WarehouseLayer)}`,
      ),
    );
  }
}
