import { blocks, type Policy } from './policy.ts';

/** Where each kind of resource names the key that it is encrypted with. */
const paths: Readonly<Record<string, readonly [readonly string[], string]>> = {
  google_storage_bucket: [['encryption'], 'default_kms_key_name'],
  google_bigquery_dataset: [['default_encryption_configuration'], 'kms_key_name'],
  google_bigquery_table: [['encryption_configuration'], 'kms_key_name'],
  google_compute_disk: [['disk_encryption_key'], 'kms_key_self_link'],
  google_compute_instance: [['boot_disk'], 'kms_key_self_link'],
  google_compute_instance_template: [['disk', 'disk_encryption_key'], 'kms_key_self_link'],
  google_composer_environment: [['config', 'encryption_config'], 'kms_key_name'],
  google_dataproc_cluster: [['cluster_config', 'encryption_config'], 'kms_key_name'],
  google_managed_kafka_cluster: [['gcp_config'], 'kms_key'],
};

export const customerKeys: Policy = {
  id: 'customer-keys',
  doc: 'Where an environment has keys of its own, whatever holds data is encrypted with one of them.',
  faults({ type, attributes }, { encryption, project }) {
    const where = paths[type];
    if (encryption.keys !== 'customer' || !where) return [];
    const [path, name] = where;
    const keys = blocks(attributes, ...path).map((block) => block[name]);
    const ours = keys.filter((key) => typeof key === 'string' && key.startsWith(`projects/${project}/`));
    return ours.length > 0 ? [] : [`${[...path, name].join('.')} names no key of ${project}`];
  },
};
