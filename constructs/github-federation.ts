import { IamWorkloadIdentityPool } from '@cdktf/provider-google/lib/iam-workload-identity-pool/index.js';
import { IamWorkloadIdentityPoolProvider } from '@cdktf/provider-google/lib/iam-workload-identity-pool-provider/index.js';
import { ServiceAccountIamMember } from '@cdktf/provider-google/lib/service-account-iam-member/index.js';
import { Construct } from 'constructs';

interface GithubFederationProps {
  readonly project: string;
  readonly projectNumber: string;
  readonly poolId: string;
  /** owner/name */
  readonly repository: string;
  /** Email of the account that a pull request plans with. */
  readonly planAccount: string;
  /** Email of the account that a deployment applies with. */
  readonly applyAccount: string;
  /** Deployment environment whose jobs alone may apply. */
  readonly applyEnvironment: string;
}

/**
 * Lets one GitHub repository act here without a key. What may apply is bound to a deployment environment, which
 * GitHub guards with reviewers; a pull request gets the plan account, which can only read.
 */
export class GithubFederation extends Construct {
  /** What google-github-actions/auth takes as `workload_identity_provider`. */
  readonly providerName: string;

  constructor(scope: Construct, id: string, props: GithubFederationProps) {
    super(scope, id);
    const pool = new IamWorkloadIdentityPool(this, 'pool', {
      project: props.project,
      workloadIdentityPoolId: props.poolId,
      displayName: 'GitHub Actions',
    });
    new IamWorkloadIdentityPoolProvider(this, 'provider', {
      project: props.project,
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: 'github',
      displayName: 'GitHub Actions',
      oidc: { issuerUri: 'https://token.actions.githubusercontent.com' },
      attributeMapping: {
        'google.subject': 'assertion.sub',
        'attribute.repository': 'assertion.repository',
      },
      attributeCondition: `assertion.sub.startsWith("repo:${props.repository}:") && assertion.repository == "${props.repository}"`,
    });
    const poolPath = `projects/${props.projectNumber}/locations/global/workloadIdentityPools/${props.poolId}`;
    this.providerName = `${poolPath}/providers/github`;
    const identities = {
      plan: {
        account: props.planAccount,
        member: `principal://iam.googleapis.com/${poolPath}/subject/repo:${props.repository}:pull_request`,
      },
      apply: {
        account: props.applyAccount,
        member: `principal://iam.googleapis.com/${poolPath}/subject/repo:${props.repository}:environment:${props.applyEnvironment}`,
      },
    };
    for (const [name, { account, member }] of Object.entries(identities)) {
      new ServiceAccountIamMember(this, name, {
        serviceAccountId: `projects/${props.project}/serviceAccounts/${account}`,
        role: 'roles/iam.workloadIdentityUser',
        member,
        dependsOn: [pool],
      });
    }
  }
}
