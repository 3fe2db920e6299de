import { Aspects, type TerraformStack } from 'cdktf';
import type { Environment } from '../../environments/model/environment.ts';
import { additiveIam } from './additive-iam.ts';
import { cloudRunSettings } from './cloud-run-settings.ts';
import { composerSettings } from './composer-settings.ts';
import { customerKeys } from './customer-keys.ts';
import { dataprocSettings } from './dataproc-settings.ts';
import { defaultLabels } from './default-labels.ts';
import { explicitProject } from './explicit-project.ts';
import { firewallByAccount } from './firewall-by-account.ts';
import { managedKafkaSettings } from './managed-kafka-settings.ts';
import { mirroredImages } from './mirrored-images.ts';
import { noPrimitiveRoles } from './no-primitive-roles.ts';
import { noPublicAddress } from './no-public-address.ts';
import { noPublicMembers } from './no-public-members.ts';
import { noSecretValues } from './no-secret-values.ts';
import { ownServiceAccount } from './own-service-account.ts';
import { PolicyAspect } from './policy.ts';
import { protectedState } from './protected-state.ts';

/** All policies, by their ids. */
export const policies = [
  additiveIam,
  cloudRunSettings,
  composerSettings,
  customerKeys,
  dataprocSettings,
  defaultLabels,
  explicitProject,
  firewallByAccount,
  managedKafkaSettings,
  mirroredImages,
  noPrimitiveRoles,
  noPublicAddress,
  noPublicMembers,
  noSecretValues,
  ownServiceAccount,
  protectedState,
] as const;

/**
 * Makes the synth of each stack fail where a policy is broken. They are added to every stack, because cdktf never
 * looks at the Aspects of an app.
 */
export function addPolicies(stacks: readonly TerraformStack[], environment: Environment): void {
  for (const stack of stacks) Aspects.of(stack).add(new PolicyAspect(policies, environment));
}
