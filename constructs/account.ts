import { ProjectIamMember } from '@cdktf/provider-google/lib/project-iam-member/index.js';
import { ServiceAccount } from '@cdktf/provider-google/lib/service-account/index.js';
import { Construct } from 'constructs';
import { type Grant, grantId } from './helpers/access.ts';

interface AccountProps {
  readonly project: string;
  readonly accountId: string;
  /** What acts under this identity, one sentence. */
  readonly description: string;
  /** Roles on the whole project, each with an optional condition; those on one entity belong to its construct. */
  readonly projectRoles: readonly Omit<Grant, 'member'>[];
}

/** The identity of one program, with the roles that can only be given on the project. It never has a key. */
export class Account extends Construct {
  constructor(scope: Construct, id: string, props: AccountProps) {
    super(scope, id);
    const account = new ServiceAccount(this, 'account', {
      project: props.project,
      accountId: props.accountId,
      displayName: props.accountId,
      description: props.description,
    });
    for (const { role, condition } of props.projectRoles) {
      new ProjectIamMember(this, grantId({ role, member: 'project', ...(condition ? { condition } : {}) }), {
        project: props.project,
        role,
        member: `serviceAccount:${props.accountId}@${props.project}.iam.gserviceaccount.com`,
        ...(condition ? { condition } : {}),
        dependsOn: [account],
      });
    }
  }
}
