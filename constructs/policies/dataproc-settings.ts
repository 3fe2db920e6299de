import { blocks, type Policy } from './policy.ts';

const shields = ['enable_secure_boot', 'enable_vtpm', 'enable_integrity_monitoring'] as const;

export const dataprocSettings: Policy = {
  id: 'dataproc-settings',
  doc: 'A Dataproc cluster has internal addresses only, shielded machines, and no pages of its own on the internet.',
  faults({ type, attributes }) {
    if (type !== 'google_dataproc_cluster') return [];
    const [machines = {}] = blocks(attributes, 'cluster_config', 'gce_cluster_config');
    const [shielded = {}] = blocks(machines, 'shielded_instance_config');
    const [pages = {}] = blocks(attributes, 'cluster_config', 'endpoint_config');
    return [
      ...(machines.internal_ip_only === true ? [] : ['internal_ip_only is not true']),
      ...shields.filter((shield) => shielded[shield] !== true).map((shield) => `${shield} is not true`),
      ...(pages.enable_http_port_access === true ? ['enable_http_port_access publishes its pages'] : []),
    ];
  },
};
