import type { Described } from '../../constructs/policies/policy.ts';

const account = 'loader@mock-project.iam.gserviceaccount.com';
const image = 'us-central1-docker.pkg.dev/mock-project/docker/library/node:22-slim';
const job = (changed: object, template: object = {}): Described => ({
  type: 'google_cloud_run_v2_job',
  attributes: {
    deletion_protection: false,
    template: {
      template: {
        service_account: account,
        max_retries: 0,
        containers: [{ image }],
        volumes: [{ gcs: { bucket: 'artifacts', read_only: true } }],
        ...template,
      },
    },
    ...changed,
  },
});
const composer = (config: object): Described => ({
  type: 'google_composer_environment',
  attributes: {
    storage_config: { bucket: 'airflow' },
    config: {
      enable_private_environment: true,
      software_config: { image_version: 'composer-3-airflow-2.11.1' },
      ...config,
    },
  },
});
const bucket = (attributes: object): Described => ({
  type: 'google_storage_bucket',
  attributes: { ...attributes },
});
const firewall = (attributes: object): Described => ({
  type: 'google_compute_firewall',
  attributes: {
    source_ranges: ['35.235.240.0/20'],
    target_service_accounts: [account],
    allow: [{ protocol: 'tcp', ports: ['22'] }],
    ...attributes,
  },
});
const provider = (attributes: object): Described => ({
  type: 'provider',
  attributes: {
    project: 'mock-project',
    region: 'us-central1',
    default_labels: { application: 'beatflow', environment: 'prod', component: 'lake' },
    ...attributes,
  },
});
const cluster = (machines: object, pages: object = {}): Described => ({
  type: 'google_dataproc_cluster',
  attributes: {
    cluster_config: {
      gce_cluster_config: {
        internal_ip_only: true,
        shielded_instance_config: {
          enable_secure_boot: true,
          enable_vtpm: true,
          enable_integrity_monitoring: true,
        },
        ...machines,
      },
      endpoint_config: pages,
    },
  },
});
const member = (attributes: object): Described => ({
  type: 'google_project_iam_member',
  attributes: {
    project: 'mock-project',
    role: 'roles/run.viewer',
    member: `serviceAccount:${account}`,
    ...attributes,
  },
});

/** For each policy, by its id: an element that keeps it, and elements that break it with what is said of them. */
export const cases: Readonly<
  Record<string, { readonly keeps: Described; readonly breaks: readonly (readonly [Described, string])[] }>
> = {
  'additive-iam': {
    keeps: member({}),
    breaks: [
      [
        { type: 'google_project_iam_binding', attributes: {} },
        'google_project_iam_binding replaces the grants of others',
      ],
      [
        { type: 'google_storage_bucket_iam_policy', attributes: {} },
        'google_storage_bucket_iam_policy replaces',
      ],
    ],
  },
  'cloud-run-settings': {
    keeps: job({}),
    breaks: [
      [job({ deletion_protection: undefined }), 'deletion_protection is on unless it is stated'],
      [job({}, { max_retries: 3 }), 'max_retries is not 0'],
      [job({}, { volumes: [{ gcs: { bucket: 'lake' } }] }), 'the bucket lake is mounted writable'],
    ],
  },
  'composer-settings': {
    keeps: composer({}),
    breaks: [
      [composer({ enable_private_environment: false }), 'enable_private_environment is not true'],
      [composer({ software_config: { image_version: 'composer-2-airflow-2.9' } }), 'expected composer-3-'],
      [composer({ private_environment_config: {} }), 'Composer 3 refuses private_environment_config'],
    ],
  },
  'customer-keys': {
    keeps: bucket({
      encryption: { default_kms_key_name: 'projects/mock-project/locations/x/keyRings/y/cryptoKeys/z' },
    }),
    breaks: [
      [bucket({}), 'encryption.default_kms_key_name names no key of mock-project'],
      [bucket({ encryption: { default_kms_key_name: 'projects/other/x' } }), 'names no key of mock-project'],
    ],
  },
  'dataproc-settings': {
    keeps: cluster({}),
    breaks: [
      [cluster({ internal_ip_only: false }), 'internal_ip_only is not true'],
      [cluster({ shielded_instance_config: {} }), 'enable_secure_boot is not true'],
      [cluster({}, { enable_http_port_access: true }), 'enable_http_port_access publishes its pages'],
    ],
  },
  'default-labels': {
    keeps: provider({}),
    breaks: [
      [provider({ default_labels: { application: 'beatflow', environment: 'prod' } }), 'no label component'],
    ],
  },
  'explicit-project': {
    keeps: provider({}),
    breaks: [
      [provider({ project: undefined }), "the provider's project is undefined, expected mock-project"],
      [provider({ region: 'us-east1' }), "the provider's region is us-east1, expected us-central1"],
      [member({ project: 'other' }), 'project is other, expected mock-project'],
    ],
  },
  'firewall-by-account': {
    keeps: firewall({}),
    breaks: [
      [firewall({ target_service_accounts: undefined }), 'it leads to every machine'],
      [firewall({ source_ranges: ['0.0.0.0/0'] }), 'it begins at 0.0.0.0/0'],
      [firewall({ allow: [{ protocol: 'tcp' }] }), 'it opens every port'],
    ],
  },
  'managed-kafka-settings': {
    keeps: { type: 'google_managed_kafka_topic', attributes: { replication_factor: 3 } },
    breaks: [
      [
        { type: 'google_managed_kafka_topic', attributes: { replication_factor: 1 } },
        'replication_factor is 1',
      ],
      [{ type: 'google_managed_kafka_cluster', attributes: {} }, 'rebalance_config is not stated'],
      [
        {
          type: 'google_managed_kafka_acl',
          attributes: { acl_entries: [{ principal: 'User:*', operation: 'READ' }] },
        },
        'everybody may READ',
      ],
    ],
  },
  'mirrored-images': {
    keeps: job({}),
    breaks: [
      [job({}, { containers: [{ image: 'node:22-slim' }] }), 'the image node:22-slim does not come from'],
    ],
  },
  'no-primitive-roles': {
    keeps: member({}),
    breaks: [[member({ role: 'roles/editor' }), 'roles/editor is granted']],
  },
  'no-public-address': {
    keeps: {
      type: 'google_compute_instance',
      attributes: { network_interface: [{ subnetwork: 'machines' }] },
    },
    breaks: [
      [
        { type: 'google_compute_instance', attributes: { network_interface: [{ access_config: [{}] }] } },
        'a network interface has access_config',
      ],
      [{ type: 'google_compute_address', attributes: {} }, 'it reserves a public address'],
    ],
  },
  'no-public-members': {
    keeps: member({}),
    breaks: [
      [member({ member: 'allUsers' }), 'roles/run.viewer is granted to allUsers'],
      [
        member({ member: undefined, members: ['allAuthenticatedUsers'] }),
        'is granted to allAuthenticatedUsers',
      ],
    ],
  },
  'no-secret-values': {
    keeps: { type: 'google_secret_manager_secret', attributes: {} },
    breaks: [
      [
        { type: 'google_secret_manager_secret_version', attributes: {} },
        'would put its value into the state',
      ],
      [{ type: 'google_service_account_key', attributes: {} }, 'would put its value into the state'],
    ],
  },
  'own-service-account': {
    keeps: job({}),
    breaks: [
      [job({}, { service_account: undefined }), 'it acts as undefined'],
      [{ type: 'google_compute_instance', attributes: {} }, 'it has no service account'],
      [
        {
          type: 'google_compute_instance',
          attributes: { service_account: { email: '1-compute@developer.gserviceaccount.com' } },
        },
        'it acts as 1-compute@developer.gserviceaccount.com',
      ],
    ],
  },
  'protected-state': {
    keeps: bucket({ lifecycle: { prevent_destroy: true }, force_destroy: false }),
    breaks: [
      [bucket({ force_destroy: false }), 'lifecycle.prevent_destroy is not true'],
      [bucket({ lifecycle: { prevent_destroy: true }, force_destroy: true }), 'force_destroy would empty it'],
    ],
  },
};
