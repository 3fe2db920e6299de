import type { Grant } from '../constructs/helpers/access.ts';
import type { KeySpec } from '../constructs/key-ring.ts';
import type { AllowedPath } from '../constructs/network.ts';
import type { Environment } from '../environments/model/environment.ts';
import { type AccountRole, type KeyPurpose, type Names, namesOf } from '../environments/model/names.ts';
import { healthCheckerRanges, healthPort, iapForwardingRanges, kafkaPort, sshPort } from './ports.ts';

/** The APIs that a deployment uses. */
export function servicesOf({
  encryption,
  kafka,
  processing,
  orchestration,
  dashboard,
  budget,
  github,
}: Environment) {
  return [
    'artifactregistry',
    'bigquery',
    'bigquerystorage',
    'compute',
    'iam',
    'logging',
    'monitoring',
    'run',
    'secretmanager',
    'storage',
    ...(encryption.keys === 'customer' ? ['cloudkms'] : []),
    ...(kafka.service.kind === 'managed' ? ['managedkafka'] : []),
    ...(processing.kind === 'spark' ? ['dataproc'] : []),
    ...(orchestration.kind === 'composer'
      ? ['composer']
      : ['cloudscheduler', 'workflows', 'workflowexecutions']),
    ...(dashboard.domain === undefined ? [] : ['iap']),
    ...('none' in budget ? [] : ['billingbudgets']),
    ...(github ? ['iamcredentials', 'sts', 'cloudresourcemanager'] : []),
  ].map((service) => `${service}.googleapis.com`);
}

/** The accounts of the machines that a deployment has, those of a Spark cluster left out. */
export function machineRoles({ machines, kafka, processing }: Environment): readonly AccountRole[] {
  if (machines.kind === 'one') return ['stream'];
  return [
    ...(kafka.service.kind === 'vm' ? (['broker'] as const) : []),
    'generator',
    ...(processing.kind === 'consumer' ? (['consumer'] as const) : []),
  ];
}

/** The account of the Spark cluster's machines, in a list; an empty one where the consumer processes. */
export function clusterRoles({ processing }: Environment): readonly AccountRole[] {
  return processing.kind === 'spark' ? ['spark'] : [];
}

interface AccountPlan {
  readonly description: string;
  readonly roles: readonly Omit<Grant, 'member'>[];
}

const roles = (...names: readonly string[]) => names.map((role) => ({ role: `roles/${role}` }));

/**
 * Who exists in a deployment, and what each may do on the project as a whole: only what cannot be given on one
 * bucket, dataset, secret or job.
 */
export function projectRoles(environment: Environment): Partial<Record<AccountRole, AccountPlan>> {
  const { kafka, machines, processing, orchestration, github } = environment;
  const machine = roles('logging.logWriter', 'monitoring.metricWriter');
  const client = kafka.service.kind === 'managed' ? roles('managedkafka.client') : [];
  return {
    ...(machines.kind === 'one'
      ? { stream: { description: 'The machine that the stream runs on.', roles: [...machine, ...client] } }
      : {
          ...(kafka.service.kind === 'vm'
            ? { broker: { description: 'The Kafka broker.', roles: machine } }
            : {}),
          generator: { description: 'Sends simulated events.', roles: [...machine, ...client] },
          ...(processing.kind === 'consumer'
            ? { consumer: { description: 'Writes events to the lake.', roles: [...machine, ...client] } }
            : {}),
        }),
    ...(processing.kind === 'spark' ? sparkAccount(environment, machine) : {}),
    loader: { description: 'Loads the lake into the raw tables.', roles: roles('bigquery.jobUser') },
    transform: { description: 'Builds the marts with dbt.', roles: roles('bigquery.jobUser') },
    dashboard: { description: 'Reads marts for the page.', roles: roles('bigquery.jobUser') },
    runner: {
      description: 'Starts the loader and dbt every hour.',
      // An execution is waited for through operations of the project.
      roles: roles(
        'run.viewer',
        'logging.logWriter',
        ...(orchestration.kind === 'composer' ? ['composer.worker'] : []),
      ),
    },
    ...(orchestration.kind === 'workflows'
      ? { scheduler: { description: 'Starts the hourly workflow.', roles: roles('workflows.invoker') } }
      : {}),
    ...(github ? continuousIntegration() : {}),
  };
}

/** The Spark cluster's machines; their worker's role would open every bucket, so it is held to the cluster's own. */
function sparkAccount(
  environment: Environment,
  machine: AccountPlan['roles'],
): Partial<Record<AccountRole, AccountPlan>> {
  const bucket = namesOf(environment).bucket('spark');
  const ownBucket = `resource.name.startsWith("projects/_/buckets/${bucket}")`;
  return {
    spark: {
      description: 'Writes events to the lake, on a Spark cluster.',
      roles: [
        ...machine,
        {
          role: 'roles/dataproc.worker',
          condition: {
            title: 'no-bucket-but-its-own',
            expression: `resource.service != "storage.googleapis.com" || ${ownBucket}`,
          },
        },
      ],
    },
  };
}

/** Roles that apply may give away, so that whoever holds it cannot make itself an owner. */
const grantable = [
  'artifactregistry.reader',
  'bigquery.jobUser',
  'composer.worker',
  'dataproc.worker',
  'logging.logWriter',
  'managedkafka.client',
  'monitoring.metricWriter',
  'run.viewer',
  'workflows.invoker',
].map((role) => `roles/${role}`);

function continuousIntegration(): Partial<Record<AccountRole, AccountPlan>> {
  return {
    plan: {
      description: 'Shows what a pull request would change; reads only.',
      roles: roles(
        'artifactregistry.reader',
        'bigquery.metadataViewer',
        'cloudkms.viewer',
        'cloudscheduler.viewer',
        'compute.viewer',
        'composer.user',
        'dataproc.viewer',
        'iam.securityReviewer',
        'iam.workloadIdentityPoolViewer',
        'logging.viewer',
        'managedkafka.viewer',
        'monitoring.viewer',
        'run.viewer',
        'secretmanager.viewer',
        'serviceusage.serviceUsageViewer',
        'storage.objectViewer',
        'workflows.viewer',
      ),
    },
    apply: {
      description: 'Deploys from a guarded GitHub environment.',
      roles: [
        ...roles(
          'artifactregistry.admin',
          'bigquery.admin',
          'cloudkms.admin',
          'cloudscheduler.admin',
          'composer.admin',
          'compute.admin',
          'dataproc.editor',
          'iam.serviceAccountAdmin',
          'iam.serviceAccountUser',
          'iam.workloadIdentityPoolAdmin',
          'iap.admin',
          'logging.configWriter',
          'managedkafka.admin',
          'monitoring.editor',
          'run.admin',
          'secretmanager.admin',
          'serviceusage.serviceUsageAdmin',
          'storage.admin',
          'workflows.admin',
        ),
        {
          role: 'roles/resourcemanager.projectIamAdmin',
          condition: {
            title: 'only-roles-of-the-pipeline',
            expression: `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([${grantable
              .map((role) => `'${role}'`)
              .join(', ')}])`,
          },
        },
      ],
    },
  };
}

/** The ways into the network. */
export function allowedPaths(environment: Environment, names: Names): readonly AllowedPath[] {
  const { machines, kafka, processing } = environment;
  const apart = machines.kind === 'each';
  const spark = processing.kind === 'spark';
  const clients = [
    ...(apart || spark ? [names.acting('consumer')] : []),
    ...(apart ? ['generator' as const] : []),
  ];
  return [
    ...(clients.length > 0 && kafka.service.kind === 'vm'
      ? [
          {
            name: 'kafka',
            description: 'Kafka clients to the broker',
            from: { accounts: clients.map(names.email) },
            toAccounts: [names.email(names.acting('broker'))],
            port: kafkaPort,
          },
        ]
      : []),
    ...(spark
      ? [
          {
            name: 'spark',
            description: "The Spark cluster's machines among themselves",
            from: { accounts: [names.email('spark')] },
            toAccounts: [names.email('spark')],
            port: 'all' as const,
          },
        ]
      : []),
    ...(apart && !spark
      ? [
          {
            name: 'liveness',
            description: "Google's health checkers to the consumers",
            from: { ranges: healthCheckerRanges },
            toAccounts: [names.email('consumer')],
            port: healthPort,
          },
        ]
      : []),
    {
      name: 'ssh',
      description: 'SSH through Identity-Aware Proxy, which asks IAM first',
      from: { ranges: iapForwardingRanges },
      toAccounts: [...machineRoles(environment), ...clusterRoles(environment)].map(names.email),
      port: sshPort,
    },
  ];
}

/** The keys that a deployment needs, each with the agents that use it. */
export function keySpecs(
  { kafka, processing, orchestration }: Environment,
  { keyName, agents }: Names,
): Partial<Record<KeyPurpose, KeySpec>> & Record<string, KeySpec> {
  return {
    storage: { name: keyName('storage'), agents: { storage: agents.storage } },
    warehouse: { name: keyName('warehouse'), agents: { bigquery: agents.bigquery } },
    disks: {
      name: keyName('disks'),
      agents: {
        compute: agents.compute,
        ...(processing.kind === 'spark' ? { dataproc: agents.dataproc } : {}),
      },
    },
    ...(orchestration.kind === 'composer'
      ? {
          composer: {
            name: keyName('composer'),
            agents: { composer: agents.composer, storage: agents.storage },
          },
        }
      : {}),
    ...(kafka.service.kind === 'managed'
      ? { kafka: { name: keyName('kafka'), agents: { kafka: agents.kafka } } }
      : {}),
  };
}
