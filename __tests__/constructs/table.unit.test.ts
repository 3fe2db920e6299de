import { Table, type TableProps } from '../../constructs/table.ts';
import { bigqueryColumns } from '../../runtime/contract/bigquery.ts';
import { nullable, required } from '../../runtime/contract/fields.ts';
import { key, locked, unlocked } from '../support/protection.ts';
import { Template } from '../support/template.ts';

const props: TableProps = {
  dataset: 'raw',
  name: 'listen_events',
  description: 'plays',
  columns: bigqueryColumns({ ts: required('timestamp', 'when'), userId: nullable('long', 'who') }),
  partition: { by: 'HOUR', column: 'ts', expirationDays: 30, filterRequired: true },
  clustering: ['userId'],
  key,
  protection: locked,
  grants: [{ role: 'roles/bigquery.dataViewer', member: 'serviceAccount:page@p' }],
};

test('is one table with its grants', () => {
  const template = Template.of((scope) => new Table(scope, 'listen_events', props));
  expect(template.inventory).toEqual({ bigquery_table: 1, bigquery_table_iam_member: 1 });
  expect(template.grants).toEqual(['roles/bigquery.dataViewer <- serviceAccount:page@p']);
});

test('is partitioned, clustered, filtered, encrypted and locked', () => {
  const table = Template.of((scope) => new Table(scope, 'listen_events', props)).only(
    'google_bigquery_table',
  );
  expect(table).toMatchObject({
    time_partitioning: { type: 'HOUR', field: 'ts', expiration_ms: 2_592_000_000 },
    require_partition_filter: true,
    clustering: ['userId'],
    encryption_configuration: { kms_key_name: key },
    deletion_protection: true,
    lifecycle: { prevent_destroy: true },
  });
  expect(JSON.parse(String(table.schema))).toEqual([
    { name: 'ts', type: 'TIMESTAMP', mode: 'REQUIRED', description: 'when' },
    { name: 'userId', type: 'INTEGER', mode: 'NULLABLE', description: 'who' },
  ]);
});

test('unprotected, it says so: Google protects a table unless told otherwise', () => {
  const table = Template.of((scope) => new Table(scope, 't', { ...props, protection: unlocked }));
  expect(table.only('google_bigquery_table')).toMatchObject({ deletion_protection: false });
});

test('without partitions and clusters it has neither, and no filter to ask for', () => {
  const { partition: _, clustering: __, ...whole } = props;
  const table = Template.of((scope) => new Table(scope, 't', whole)).only('google_bigquery_table');
  expect(table).toHaveProperty('schema');
  for (const key of ['time_partitioning', 'require_partition_filter', 'clustering']) {
    expect(table).not.toHaveProperty(key);
  }
});
