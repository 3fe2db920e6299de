import { iamRows } from '../../scripts/generators/iam-matrix.ts';
import type { Template } from './template.ts';

/** Attributes that tell a reader what a resource is; the rest is in the tests of its construct. */
const telling: readonly string[] = [
  'account_id',
  'name',
  'bucket',
  'dataset_id',
  'table_id',
  'repository_id',
  'secret_id',
  'cluster_id',
  'topic_id',
  'acl_id',
  'service',
  'machine_type',
  'target_size',
  'schedule',
  'ip_cidr_range',
  'display_name',
  'location',
  'zone',
  'deletion_protection',
];

/** A stack in lines that a person can review: each resource with what tells it apart, each grant, each output. */
export function outline(template: Template): string {
  const resources = template.resources
    .filter(({ type }) => !type.endsWith('_iam_member'))
    .map(({ type, id, attributes }) => {
      const facts = telling
        .filter((name) => ['string', 'number', 'boolean'].includes(typeof attributes[name]))
        .map((name) => `${name}=${String(attributes[name]).replaceAll(/-[0-9a-f]{8}\b/g, '-<hash>')}`);
      return `${type.replace(/^google_/, '')} ${id}\n    ${facts.join(' ')}`;
    });
  const outputs = Object.entries(
    (template.json as { output?: Record<string, { description: string }> }).output ?? {},
  )
    .map(([id, { description }]) => `${id}: ${description}`)
    .sort();
  const grants = iamRows([{ resource: template.json.resource ?? {} }]).map(
    ({ member, role, resource, condition }) =>
      `${member} ${role} on ${resource}${condition ? ` if ${condition}` : ''}`,
  );
  return ['', ...resources, '', 'grants', ...grants, '', 'outputs', ...outputs, ''].join('\n');
}
