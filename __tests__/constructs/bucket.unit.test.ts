import { Bucket, type BucketProps } from '../../constructs/bucket.ts';
import { key, locked, unlocked } from '../support/protection.ts';
import { Template } from '../support/template.ts';

const props: BucketProps = {
  name: 'lake',
  location: 'us-central1',
  undelete: { by: 'versions', days: 14 },
  lifecycle: [{ action: { moveTo: 'NEARLINE' }, condition: { ageDays: 30, prefixes: ['listen_events/'] } }],
  accessLogs: { bucket: 'logs' },
  key,
  protection: locked,
  grants: [
    { role: 'roles/storage.objectViewer', member: 'serviceAccount:a@p.iam.gserviceaccount.com' },
    {
      role: 'roles/storage.objectViewer',
      member: 'serviceAccount:b@p.iam.gserviceaccount.com',
      condition: { title: 'some', expression: 'true' },
    },
  ],
};

test('is one bucket and its grants', () => {
  const template = Template.of((scope) => new Bucket(scope, 'lake', props));
  expect(template.inventory).toEqual({ storage_bucket: 1, storage_bucket_iam_member: 2 });
  expect(template.grants).toEqual([
    'roles/storage.objectViewer <- serviceAccount:a@p.iam.gserviceaccount.com',
    'roles/storage.objectViewer <- serviceAccount:b@p.iam.gserviceaccount.com if some',
  ]);
});

test('is private, logged, encrypted and locked', () => {
  const template = Template.of((scope) => new Bucket(scope, 'lake', props));
  expect(template.only('google_storage_bucket')).toMatchObject({
    uniform_bucket_level_access: true,
    public_access_prevention: 'enforced',
    force_destroy: false,
    logging: { log_bucket: 'logs', log_object_prefix: 'lake' },
    encryption: { default_kms_key_name: key },
    lifecycle: { prevent_destroy: true },
  });
});

test('with versions, old ones end and soft delete is off', () => {
  const template = Template.of((scope) => new Bucket(scope, 'lake', props));
  expect(template.only('google_storage_bucket')).toMatchObject({
    versioning: { enabled: true },
    soft_delete_policy: { retention_duration_seconds: 0 },
    lifecycle_rule: [
      {
        action: { type: 'SetStorageClass', storage_class: 'NEARLINE' },
        condition: { age: 30, matches_prefix: ['listen_events/'] },
      },
      { action: { type: 'Delete' }, condition: { days_since_noncurrent_time: 14 } },
    ],
  });
});

test('with soft delete there are no versions; unprotected, it may be emptied', () => {
  const template = Template.of(
    (scope) =>
      new Bucket(scope, 'lake', {
        name: 'lake',
        location: 'us-central1',
        undelete: { by: 'soft-delete', days: 7 },
        accessLogs: { none: true, reason: 'a test' },
        protection: unlocked,
        grants: [],
      }),
  );
  const bucket = template.only('google_storage_bucket');
  expect(bucket).toMatchObject({
    versioning: { enabled: false },
    soft_delete_policy: { retention_duration_seconds: 604_800 },
    force_destroy: true,
    lifecycle: { prevent_destroy: false },
  });
  expect(Object.keys(bucket)).not.toContain('encryption');
  expect(Object.keys(bucket)).not.toContain('logging');
});
