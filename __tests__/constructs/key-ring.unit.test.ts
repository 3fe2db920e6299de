import { KeyRing, type KeyRingProps } from '../../constructs/key-ring.ts';
import { locked, unlocked } from '../support/protection.ts';
import { Template } from '../support/template.ts';

const props: KeyRingProps = {
  name: 'beatflow',
  location: 'us-central1',
  rotationDays: 90,
  keys: {
    storage: { name: 'beatflow-storage', agents: { storage: 'serviceAccount:storage@google' } },
    disks: { name: 'beatflow-disks', agents: { compute: 'serviceAccount:compute@google' } },
  },
  protection: locked,
};

test('is a ring, its keys, and the agents that use them', () => {
  const template = Template.of((scope) => new KeyRing(scope, 'keys', props));
  expect(template.inventory).toEqual({ kms_crypto_key: 2, kms_crypto_key_iam_member: 2, kms_key_ring: 1 });
  expect(template.grants).toEqual([
    'roles/cloudkms.cryptoKeyEncrypterDecrypter <- serviceAccount:compute@google',
    'roles/cloudkms.cryptoKeyEncrypterDecrypter <- serviceAccount:storage@google',
  ]);
});

test('every key is rotated and, protected, never destroyed', () => {
  Template.of((scope) => new KeyRing(scope, 'keys', props)).expectEvery('google_kms_crypto_key', {
    rotation_period: '7776000s',
    lifecycle: { prevent_destroy: true },
  });
  Template.of((scope) => new KeyRing(scope, 'keys', { ...props, protection: unlocked })).expectEvery(
    'google_kms_crypto_key',
    { lifecycle: { prevent_destroy: false } },
  );
});
