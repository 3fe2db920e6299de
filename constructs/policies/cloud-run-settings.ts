import { blocks, type Policy } from './policy.ts';

export const cloudRunSettings: Policy = {
  id: 'cloud-run-settings',
  doc: 'Jobs and services state their protection, mount code read-only, and do not retry by themselves.',
  faults({ type, attributes }) {
    if (type !== 'google_cloud_run_v2_job' && type !== 'google_cloud_run_v2_service') return [];
    const job = type === 'google_cloud_run_v2_job';
    const template = blocks(attributes, ...(job ? ['template', 'template'] : ['template']));
    const writable = blocks(attributes, ...(job ? ['template'] : []), 'template', 'volumes', 'gcs').filter(
      ({ read_only: readOnly }) => readOnly !== true,
    );
    return [
      ...(attributes.deletion_protection === undefined
        ? ['deletion_protection is on unless it is stated']
        : []),
      ...writable.map(({ bucket }) => `the bucket ${bucket} is mounted writable`),
      ...(job && template.some(({ max_retries: retries }) => retries !== 0)
        ? ['max_retries is not 0: who starts it decides whether it runs again']
        : []),
    ];
  },
};
