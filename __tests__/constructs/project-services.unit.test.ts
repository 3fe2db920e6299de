import { ProjectServices } from '../../constructs/project-services.ts';
import { Template } from '../support/template.ts';

test('enables each API and leaves it enabled', () => {
  const template = Template.of(
    (scope) =>
      new ProjectServices(scope, 'services', {
        project: 'project',
        services: ['run.googleapis.com', 'compute.googleapis.com'],
      }),
  );
  expect(template.inventory).toEqual({ project_service: 2 });
  template.expectEvery('google_project_service', { disable_on_destroy: false, project: 'project' });
});
