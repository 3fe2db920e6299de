import { ScheduledWorkflow } from '../../constructs/scheduled-workflow.ts';
import { Template } from '../support/template.ts';

const template = () =>
  Template.of(
    (scope) =>
      new ScheduledWorkflow(scope, 'hourly', {
        project: 'project',
        region: 'us-central1',
        name: 'hourly',
        description: 'loads',
        source: `{"main":{"steps":[{"done":{"return":"\${1}"}}]}}`,
        schedule: '5 * * * *',
        runner: 'runner@project.iam.gserviceaccount.com',
        scheduler: 'scheduler@project.iam.gserviceaccount.com',
      }),
  );

test('is one workflow and its schedule', () => {
  expect(template().inventory).toEqual({ cloud_scheduler_job: 1, workflows_workflow: 1 });
});

test('the schedule starts the workflow, each under an account of its own', () => {
  expect(template().only('google_workflows_workflow')).toMatchObject({
    service_account: 'runner@project.iam.gserviceaccount.com',
    call_log_level: 'LOG_ERRORS_ONLY',
    source_contents: `{"main":{"steps":[{"done":{"return":"$\${1}"}}]}}`,
  });
  expect(template().only('google_cloud_scheduler_job')).toMatchObject({
    schedule: '5 * * * *',
    time_zone: 'Etc/UTC',
    http_target: {
      uri: 'https://workflowexecutions.googleapis.com/v1/projects/project/locations/us-central1/workflows/hourly/executions',
      oauth_token: { service_account_email: 'scheduler@project.iam.gserviceaccount.com' },
    },
  });
});
