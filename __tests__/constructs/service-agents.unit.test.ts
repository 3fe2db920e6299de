import { ServiceAgents } from '../../constructs/service-agents.ts';
import { Template } from '../support/template.ts';

test('asks for the agents of storage and BigQuery and makes nothing', () => {
  const template = Template.of((scope) => new ServiceAgents(scope, 'agents', { project: 'project' }));
  expect(template.inventory).toEqual({});
  expect(Object.keys((template.json as unknown as { data: object }).data).sort()).toEqual([
    'google_bigquery_default_service_account',
    'google_storage_project_service_account',
  ]);
});
