import { blocks, type Policy } from './policy.ts';

/** Where each kind of resource says whom it acts as. */
const paths: Readonly<Record<string, readonly [readonly string[], string]>> = {
  google_compute_instance: [['service_account'], 'email'],
  google_compute_instance_template: [['service_account'], 'email'],
  google_cloud_run_v2_job: [['template', 'template'], 'service_account'],
  google_cloud_run_v2_service: [['template'], 'service_account'],
  google_composer_environment: [['config', 'node_config'], 'service_account'],
  google_dataproc_cluster: [['cluster_config', 'gce_cluster_config'], 'service_account'],
  google_workflows_workflow: [[], 'service_account'],
  google_cloud_scheduler_job: [['http_target', 'oauth_token'], 'service_account_email'],
};

export const ownServiceAccount: Policy = {
  id: 'own-service-account',
  doc: "Whatever acts has an account of this deployment; Google's default accounts may edit the whole project.",
  faults({ type, attributes }, { project }) {
    const where = paths[type];
    if (!where) return [];
    const [path, name] = where;
    const accounts = blocks(attributes, ...path).map((block) => String(block[name]));
    const wrong = accounts.filter((account) => !account.endsWith(`@${project}.iam.gserviceaccount.com`));
    return accounts.length === 0
      ? ['it has no service account']
      : wrong.map((account) => `it acts as ${account}`);
  },
};
