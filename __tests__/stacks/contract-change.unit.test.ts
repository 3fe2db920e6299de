import { Table } from '../../constructs/table.ts';
import { messageSchema } from '../../runtime/contract/avro.ts';
import { bigqueryColumns } from '../../runtime/contract/bigquery.ts';
import { dbtSources } from '../../runtime/contract/dbt.ts';
import { nullable, type RecordOf } from '../../runtime/contract/fields.ts';
import { pipelineTables } from '../../runtime/contract/pipeline-tables.ts';
import { lakeRecordFields, topics } from '../../runtime/contract/topics.ts';
import { unlocked } from '../support/protection.ts';
import { Template } from '../support/template.ts';

const { auth_events: before } = topics;
const fields = { ...before.fields, mood: nullable('string', 'How the listener feels.') };
const after = { ...before, fields };

test('a field added to a topic is in the message, the table that is deployed, the dbt source and the type', () => {
  // The type: this does not compile unless the record has the field.
  const mood: RecordOf<typeof fields>['mood'] = null;
  expect(mood).toBeNull();

  const message = messageSchema(after) as unknown as { fields: readonly { name: string }[] };
  expect(message.fields.map(({ name }) => name)).toContain('mood');

  const table = Template.of(
    (scope) =>
      new Table(scope, 'auth_events', {
        dataset: 'raw',
        name: 'auth_events',
        description: after.doc,
        columns: bigqueryColumns(lakeRecordFields(after)),
        partition: { by: 'HOUR', column: 'ts', filterRequired: true },
        clustering: [],
        protection: unlocked,
      }),
  ).only('google_bigquery_table');
  expect(JSON.parse(String(table.schema))).toContainEqual({
    name: 'mood',
    type: 'STRING',
    mode: 'NULLABLE',
    description: 'How the listener feels.',
  });

  expect(dbtSources({ ...topics, auth_events: after }, pipelineTables)).toContain(
    '- name: mood\n            description: How the listener feels.',
  );
});
