import { RemoteRepository } from '../../constructs/remote-repository.ts';
import { Template } from '../support/template.ts';

const props = { name: 'mirror', location: 'us-central1', readers: ['serviceAccount:a@p'] };

test.each([
  ['DOCKER_HUB', 'DOCKER', 'docker_repository'],
  ['PYPI', 'PYTHON', 'python_repository'],
] as const)('mirrors %s for its readers', (upstream, format, block) => {
  const template = Template.of((scope) => new RemoteRepository(scope, 'mirror', { ...props, upstream }));
  expect(template.inventory).toEqual({
    artifact_registry_repository: 1,
    artifact_registry_repository_iam_member: 1,
  });
  expect(template.only('google_artifact_registry_repository')).toMatchObject({
    mode: 'REMOTE_REPOSITORY',
    format,
    remote_repository_config: { [block]: { public_repository: upstream } },
  });
  expect(template.grants).toEqual(['roles/artifactregistry.reader <- serviceAccount:a@p']);
});
