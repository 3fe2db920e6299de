import { KmsCryptoKey } from '@cdktf/provider-google/lib/kms-crypto-key/index.js';
import { KmsCryptoKeyIamMember } from '@cdktf/provider-google/lib/kms-crypto-key-iam-member/index.js';
import { KmsKeyRing } from '@cdktf/provider-google/lib/kms-key-ring/index.js';
import { Construct } from 'constructs';
import { isProtected, type Protection } from '../environments/model/environment.ts';

/** One key and the service agents that encrypt with it. */
export interface KeySpec {
  readonly name: string;
  /** Members that encrypt and decrypt, by a short name that becomes part of the address. */
  readonly agents: Readonly<Record<string, string>>;
}

export interface KeyRingProps {
  readonly name: string;
  readonly location: string;
  readonly rotationDays: number;
  /** The keys by purpose. */
  readonly keys: Readonly<Record<string, KeySpec>>;
  readonly protection: Protection;
}

/**
 * Keys that encrypt data at rest. Google never deletes a ring or a key: a destroy destroys the keys' versions and
 * leaves the names taken.
 */
export class KeyRing extends Construct {
  constructor(scope: Construct, id: string, props: KeyRingProps) {
    super(scope, id);
    const ring = new KmsKeyRing(this, 'ring', { name: props.name, location: props.location });
    for (const [purpose, { name, agents }] of Object.entries(props.keys)) {
      const key = new KmsCryptoKey(this, purpose, {
        name,
        keyRing: ring.id,
        purpose: 'ENCRYPT_DECRYPT',
        rotationPeriod: `${props.rotationDays * 86_400}s`,
        lifecycle: { preventDestroy: isProtected(props.protection) },
      });
      for (const [agent, member] of Object.entries(agents)) {
        new KmsCryptoKeyIamMember(this, `${purpose}-${agent}`, {
          cryptoKeyId: key.id,
          role: 'roles/cloudkms.cryptoKeyEncrypterDecrypter',
          member,
        });
      }
    }
  }
}
