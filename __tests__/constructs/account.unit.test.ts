import { Account } from '../../constructs/account.ts';
import { Template } from '../support/template.ts';

test('is one account with its roles on the project, each added, none replaced', () => {
  const template = Template.of(
    (scope) =>
      new Account(scope, 'runner', {
        project: 'project',
        accountId: 'beatflow-dev-runner',
        description: 'Runs.',
        projectRoles: [
          { role: 'roles/run.viewer' },
          { role: 'roles/logging.logWriter', condition: { title: 'sometimes', expression: 'true' } },
        ],
      }),
  );
  expect(template.inventory).toEqual({ project_iam_member: 2, service_account: 1 });
  const roles = template
    .every('google_project_iam_member')
    .map(({ role, condition }) => ({ role, condition }));
  expect(roles).toEqual([
    { role: 'roles/logging.logWriter', condition: { title: 'sometimes', expression: 'true' } },
    { role: 'roles/run.viewer', condition: undefined },
  ]);
  template.expectEvery('google_project_iam_member', { project: 'project' });
});
