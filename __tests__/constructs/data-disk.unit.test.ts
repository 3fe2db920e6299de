import { DataDisk } from '../../constructs/data-disk.ts';
import { key, locked, unlocked } from '../support/protection.ts';
import { Template } from '../support/template.ts';

const props = { name: 'log', zone: 'us-central1-b', sizeGb: 200, key };

test('is one disk, encrypted and, protected, never destroyed', () => {
  const template = Template.of((scope) => new DataDisk(scope, 'log', { ...props, protection: locked }));
  expect(template.inventory).toEqual({ compute_disk: 1 });
  expect(template.only('google_compute_disk')).toMatchObject({
    size: 200,
    disk_encryption_key: { kms_key_self_link: key },
    lifecycle: { prevent_destroy: true },
  });
  Template.of((scope) => new DataDisk(scope, 'log', { ...props, protection: unlocked })).expectEvery(
    'google_compute_disk',
    { lifecycle: { prevent_destroy: false } },
  );
});
