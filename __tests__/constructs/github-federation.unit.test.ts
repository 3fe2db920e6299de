import { GithubFederation } from '../../constructs/github-federation.ts';
import { Template } from '../support/template.ts';

const template = () =>
  Template.of(
    (scope) =>
      new GithubFederation(scope, 'github', {
        project: 'project',
        projectNumber: '1234567',
        poolId: 'beatflow',
        repository: 'somebody/beatflow',
        planAccount: 'plan@project.iam.gserviceaccount.com',
        applyAccount: 'apply@project.iam.gserviceaccount.com',
        applyEnvironment: 'production',
      }),
  );

test('is a pool, its provider, and one identity for each of plan and apply', () => {
  expect(template().inventory).toEqual({
    iam_workload_identity_pool: 1,
    iam_workload_identity_pool_provider: 1,
    service_account_iam_member: 2,
  });
});

test('only the repository itself is let in', () => {
  const { attribute_condition: condition } = template().only('google_iam_workload_identity_pool_provider');
  expect(condition).toBe(
    'assertion.sub.startsWith("repo:somebody/beatflow:") && assertion.repository == "somebody/beatflow"',
  );
});

test('pull requests plan; only the guarded environment applies', () => {
  const subject =
    'principal://iam.googleapis.com/projects/1234567/locations/global/workloadIdentityPools/beatflow/subject';
  expect(template().named('google_service_account_iam_member', 'plan')).toMatchObject({
    service_account_id: 'projects/project/serviceAccounts/plan@project.iam.gserviceaccount.com',
    member: `${subject}/repo:somebody/beatflow:pull_request`,
  });
  expect(template().named('google_service_account_iam_member', 'apply')).toMatchObject({
    service_account_id: 'projects/project/serviceAccounts/apply@project.iam.gserviceaccount.com',
    member: `${subject}/repo:somebody/beatflow:environment:production`,
  });
});
