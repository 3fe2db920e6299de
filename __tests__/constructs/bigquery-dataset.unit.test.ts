import { BigQueryDataset } from '../../constructs/bigquery-dataset.ts';
import { key, locked, unlocked } from '../support/protection.ts';
import { Template } from '../support/template.ts';

const props = {
  name: 'beatflow_dev_raw',
  location: 'us-central1',
  description: 'raw',
  grants: [{ role: 'roles/bigquery.dataEditor', member: 'serviceAccount:loader@p' }],
};

test('is one dataset with its grants', () => {
  const template = Template.of(
    (scope) => new BigQueryDataset(scope, 'raw', { ...props, protection: locked, key }),
  );
  expect(template.inventory).toEqual({ bigquery_dataset: 1, bigquery_dataset_iam_member: 1 });
  expect(template.grants).toEqual(['roles/bigquery.dataEditor <- serviceAccount:loader@p']);
});

test('protected, it keeps its contents; unprotected, it takes them along', () => {
  const dataset = (protection: typeof locked | typeof unlocked) =>
    Template.of((scope) => new BigQueryDataset(scope, 'raw', { ...props, key, protection })).only(
      'google_bigquery_dataset',
    );
  expect(dataset(locked)).toMatchObject({
    default_encryption_configuration: { kms_key_name: key },
    delete_contents_on_destroy: false,
    lifecycle: { prevent_destroy: true },
  });
  expect(dataset(unlocked)).toMatchObject({
    delete_contents_on_destroy: true,
    lifecycle: { prevent_destroy: false },
  });
});
