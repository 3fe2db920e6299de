import { Job, type JobProps } from '../../constructs/job.ts';
import { Template } from '../support/template.ts';

const props: JobProps = {
  name: 'loader',
  location: 'us-central1',
  image: 'us-central1-docker.pkg.dev/project/docker/library/node:22-slim',
  command: ['node', '/artifacts/programs/loader.mjs'],
  environment: { B: '2', A: '1' },
  account: 'loader@project.iam.gserviceaccount.com',
  artifactsBucket: 'artifacts',
  cpu: 1,
  memoryMib: 512,
  timeoutMinutes: 60,
  grants: [{ role: 'roles/run.jobsExecutorWithOverrides', member: 'serviceAccount:runner@p' }],
};

test('is one job and who may start it', () => {
  const template = Template.of((scope) => new Job(scope, 'loader', props));
  expect(template.inventory).toEqual({ cloud_run_v2_job: 1, cloud_run_v2_job_iam_member: 1 });
  expect(template.grants).toEqual(['roles/run.jobsExecutorWithOverrides <- serviceAccount:runner@p']);
});

test('runs once, as its own account, with its code mounted read-only', () => {
  const job = Template.of((scope) => new Job(scope, 'loader', props)).only('google_cloud_run_v2_job');
  expect(job).toMatchObject({
    deletion_protection: false,
    template: {
      task_count: 1,
      template: {
        service_account: props.account,
        max_retries: 0,
        timeout: '3600s',
        volumes: [{ gcs: { bucket: 'artifacts', read_only: true } }],
        containers: [
          {
            image: props.image,
            // Arguments of an execution come after it; a program among the arguments would be replaced by them.
            command: ['node', '/artifacts/programs/loader.mjs'],
            env: [
              { name: 'A', value: '1' },
              { name: 'B', value: '2' },
            ],
            resources: { limits: { cpu: '1', memory: '512Mi' } },
            volume_mounts: [{ mount_path: '/artifacts' }],
          },
        ],
      },
    },
  });
});
