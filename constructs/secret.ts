import { SecretManagerSecret } from '@cdktf/provider-google/lib/secret-manager-secret/index.js';
import { SecretManagerSecretIamMember } from '@cdktf/provider-google/lib/secret-manager-secret-iam-member/index.js';
import { Construct } from 'constructs';
import { type Grant, grantId } from './helpers/access.ts';

interface SecretProps {
  readonly name: string;
  readonly region: string;
  /** Members that read the value. */
  readonly readers: readonly string[];
  /** Members that add a value. @default only people with rights on the project */
  readonly writers?: readonly string[];
}

/** A secret without a value: what makes the value adds it, so that it is in no state and no repository. */
export class Secret extends Construct {
  constructor(scope: Construct, id: string, { name, region, readers, writers = [] }: SecretProps) {
    super(scope, id);
    const secret = new SecretManagerSecret(this, 'secret', {
      secretId: name,
      replication: { userManaged: { replicas: [{ location: region }] } },
      deletionProtection: false,
    });
    const grants: readonly Grant[] = [
      ...readers.map((member) => ({ role: 'roles/secretmanager.secretAccessor', member })),
      ...writers.map((member) => ({ role: 'roles/secretmanager.secretVersionAdder', member })),
    ];
    for (const grant of grants) {
      new SecretManagerSecretIamMember(this, grantId(grant), { secretId: secret.secretId, ...grant });
    }
  }
}
