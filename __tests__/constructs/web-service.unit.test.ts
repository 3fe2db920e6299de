import { WebService, type WebServiceProps } from '../../constructs/web-service.ts';
import { Template } from '../support/template.ts';

const props: WebServiceProps = {
  name: 'dashboard',
  location: 'us-central1',
  image: 'us-central1-docker.pkg.dev/project/docker/library/node:22-slim',
  command: ['node'],
  args: ['/artifacts/programs/dashboard.mjs'],
  environment: { A: '1' },
  account: 'dashboard@project.iam.gserviceaccount.com',
  artifactsBucket: 'artifacts',
  port: 8080,
  memoryMib: 512,
  ingress: 'direct',
  maxInstances: 2,
  grants: [{ role: 'roles/run.invoker', member: 'user:ada@example.com' }],
};

test('is one service and who may call it', () => {
  const template = Template.of((scope) => new WebService(scope, 'page', props));
  expect(template.inventory).toEqual({ cloud_run_v2_service: 1, cloud_run_v2_service_iam_member: 1 });
  expect(template.grants).toEqual(['roles/run.invoker <- user:ada@example.com']);
});

test('sleeps without requests and runs as its own account', () => {
  const service = Template.of((scope) => new WebService(scope, 'page', props)).only(
    'google_cloud_run_v2_service',
  );
  expect(service).toMatchObject({
    ingress: 'INGRESS_TRAFFIC_ALL',
    template: {
      service_account: props.account,
      scaling: { min_instance_count: 0, max_instance_count: 2 },
      volumes: [{ gcs: { read_only: true } }],
    },
  });
});

test('behind a load balancer nothing else reaches it', () => {
  const template = Template.of(
    (scope) => new WebService(scope, 'page', { ...props, ingress: 'load-balancer' }),
  );
  expect(template.only('google_cloud_run_v2_service')).toMatchObject({
    ingress: 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
  });
});
