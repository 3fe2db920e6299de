import type { EnvironmentFile } from '../../environments/model/environment.ts';
import { describeFault, EnvironmentError } from '../../environments/model/fault.ts';
import { completeEnvironment, environmentNames, loadEnvironment } from '../../environments/model/load.ts';
import { topics } from '../../runtime/contract/topics.ts';
import { environmentFile, variables } from '../support/deployments.ts';

const dev = await environmentFile('dev');
const prod = await environmentFile('prod');

const partitions = Object.values(topics).reduce((sum, topic) => sum + topic.partitions, 0);

function faultsOf(name: string, file: EnvironmentFile, given: object = {}): readonly string[] {
  try {
    completeEnvironment(name, file, { ...variables, ...given });
  } catch (error) {
    if (error instanceof EnvironmentError) return error.faults.map(describeFault);
    throw error;
  }
  return [];
}

test('the environments that the other tests speak of are there', () => {
  expect(environmentNames()).toEqual(expect.arrayContaining(['dev', 'prod']));
});

test.each(environmentNames().map((name) => [name]))('%s is sound once its owner is known', async (name) => {
  const environment = await loadEnvironment({ ...variables, BEATFLOW_ENVIRONMENT: name });
  expect(environment).toMatchObject({ name, project: 'mock-project' });
});

test.each([[undefined], [''], ['no-such-one'], ['../dev'], ['model']])(
  'an environment called %j is refused with those that there are',
  async (name) => {
    await expect(loadEnvironment({ ...variables, BEATFLOW_ENVIRONMENT: name })).rejects.toThrow(
      new RegExp(`BEATFLOW_ENVIRONMENT is .*: expected one of ${environmentNames().join(', ')} \\(`),
    );
  },
);

test('a variable wins over the file', () => {
  const given = { BEATFLOW_REGION: 'europe-west4', BEATFLOW_PROJECT: 'elsewhere' };
  expect(
    completeEnvironment('dev', { ...dev, project: 'from-the-file' }, { ...variables, ...given }),
  ).toMatchObject({
    region: 'europe-west4',
    project: 'elsewhere',
  });
});

test('everything that is missing is said at once', () => {
  const nothing = {
    BEATFLOW_PROJECT: undefined,
    BEATFLOW_PROJECT_NUMBER: '',
    BEATFLOW_ALERT_EMAIL: undefined,
    BEATFLOW_BILLING_ACCOUNT: undefined,
  };
  const { region: _, ...without } = prod;
  expect(faultsOf('prod', without, nothing)).toEqual([
    'project is not set: expected a Google Cloud project id: 6 to 30 lower-case letters, digits and hyphens. Write it in environments/prod.ts or set BEATFLOW_PROJECT',
    expect.stringMatching(
      /^projectNumber is not set: .* which encryption with customer keys needs\. Print it with: gcloud/,
    ),
    'region is not set: expected a region of Google Cloud. Write it in environments/prod.ts or set BEATFLOW_REGION',
    'alerts.email is not set: expected who hears of trouble. Write it in the file or set BEATFLOW_ALERT_EMAIL',
    expect.stringMatching(/^budget\.billingAccount is not set: .*gcloud billing accounts list/),
  ]);
});

const spark = {
  kind: 'spark',
  imageVersion: '2.3-debian12',
  master: { machineType: 'e2-standard-2', bootDiskGb: 50 },
  worker: { machineType: 'e2-standard-2', bootDiskGb: 50 },
  workers: 2,
} as const;

const mistakes: readonly (readonly [string, string, EnvironmentFile, object?])[] = [
  [
    'a wrong region',
    'region is "us-centrall": expected a region of Google Cloud. Did you mean us-central1?',
    dev,
    { BEATFLOW_REGION: 'us-centrall' },
  ],
  [
    'a name that makes a bucket too long',
    'bucket name is "a-project-with-thirty-charactrs-beatflow-for-music-dev-access-logs": expected at most 63 characters (it has 66). Shorten the prefix or the name of the environment file',
    { ...dev, prefix: 'beatflow-for-music' },
    { BEATFLOW_PROJECT: 'a-project-with-thirty-charactrs' },
  ],
  [
    'overlapping ranges',
    'orchestration.internalCidr is "10.30.0.0/20": expected a range apart from network.machinesCidr (10.30.0.0/24)',
    { ...prod, orchestration: { ...prod.orchestration, internalCidr: '10.30.0.0/20' } as never },
  ],
  [
    'a public range',
    'network.machinesCidr is "8.8.8.0/24": expected a private IPv4 range, /8 to /28, such as 10.20.0.0/24',
    { ...dev, network: { ...dev.network, machinesCidr: '8.8.8.0/24' } },
  ],
  [
    'managed Kafka with too little memory',
    'kafka.service.memoryGib is 2: expected 3 to 24 GiB for 3 vCPUs (1 to 8 GiB each)',
    { ...dev, kafka: { ...dev.kafka, service: { kind: 'managed', vcpus: 3, memoryGib: 2 } } },
  ],
  [
    'managed Kafka with too few processors',
    'kafka.service.vcpus is 2: expected 3 vCPUs or more',
    { ...dev, kafka: { ...dev.kafka, service: { kind: 'managed', vcpus: 2, memoryGib: 2 } } },
  ],
  [
    'Spark with Managed Kafka',
    'processing.kind is "spark": expected consumer: Google\'s login handler for Java is not among the job\'s jars. Let the consumer process, or run Kafka on a machine or elsewhere',
    {
      ...dev,
      processing: spark,
      kafka: { ...dev.kafka, service: { kind: 'managed', vcpus: 3, memoryGib: 3 } },
    },
  ],
  [
    'Spark with one worker',
    'processing.workers is 1: expected 0 (the master alone) or 2 to 500',
    { ...dev, processing: { ...spark, workers: 1 } },
  ],
  [
    'a master alone that would scale',
    'processing.maxWorkers is 4: expected nothing: a master alone does not scale',
    { ...dev, processing: { ...spark, workers: 0, maxWorkers: 4 } },
  ],
  [
    'a Dataproc image with another Spark',
    'processing.imageVersion is "3.0-debian13": expected a Dataproc image with Spark 3.5 and Scala 2.12, such as 2.3-debian12',
    { ...dev, processing: { ...spark, imageVersion: '3.0-debian13' } },
  ],
  [
    'a size of the cluster that is none',
    'processing.worker.bootDiskGb is 5: expected 10 GB or more',
    { ...dev, processing: { ...spark, worker: { machineType: 'e2-small', bootDiskGb: 5 } } },
  ],
  [
    "the consumer's machines beside Spark",
    'machines.consumers is 3: expected nothing: Spark processes',
    { ...prod, processing: spark },
  ],
  [
    'no machine for the consumer',
    'machines.consumer is not set: expected a machine for the consumer',
    { ...prod, machines: { ...prod.machines, consumer: undefined } as never },
  ],
  [
    'an external Kafka without a way out',
    'network.nat is false: expected true: an external Kafka is reached through NAT',
    {
      ...dev,
      kafka: {
        ...dev.kafka,
        service: { kind: 'external', bootstrap: 'a.example:9092', credentialsSecret: 'x' },
      },
    },
  ],
  [
    'more machines than partitions',
    `machines.consumers is ${partitions + 1}: expected 1 to ${partitions}, the number of partitions`,
    { ...prod, machines: { ...prod.machines, consumers: partitions + 1 } as never },
  ],
  [
    'a public page',
    'dashboard.viewers is "allUsers": expected IAM members such as user:ada@example.com; the public is not one',
    { ...dev, dashboard: { viewers: ['allUsers'] } },
  ],
  [
    'raw tables that keep more hours than BigQuery has partitions',
    'warehouse.rawExpirationDays is 417: expected 1 to 416 days',
    { ...dev, warehouse: { rawExpirationDays: 417 } },
  ],
  [
    'keys that are rotated too rarely',
    'encryption.rotationDays is 365: expected 1 to 90 days',
    { ...prod, encryption: { keys: 'customer', rotationDays: 365 } },
  ],
  [
    'Composer of the second generation',
    'orchestration.imageVersion is "composer-2.9.0-airflow-2.9.1": expected a Composer 3 image such as composer-3-airflow-2.11.1',
    {
      ...prod,
      orchestration: { ...prod.orchestration, imageVersion: 'composer-2.9.0-airflow-2.9.1' } as never,
    },
  ],
  [
    'a broker without a machine',
    'machines.broker is not set: expected a machine for the broker',
    { ...prod, machines: { ...prod.machines, broker: undefined } as never },
  ],
  [
    'going unprotected without a reason',
    'protection.reason is not set: expected the reason why this deployment may be destroyed',
    { ...dev, protection: { unprotected: true, reason: ' ' } },
  ],
];

test.each(mistakes.map(([name, ...rest]) => [name, rest] as const))(
  '%s is one clear line',
  (_, [line, file, given]) => {
    expect(faultsOf('dev', file, given).filter((fault) => fault === line)).toEqual([line]);
  },
);

test('several faults come together', () => {
  const file: EnvironmentFile = {
    ...dev,
    network: { machinesCidr: '10.20.0.1/24', nat: false },
    kafka: { ...dev.kafka, service: { kind: 'managed', vcpus: 3, memoryGib: 1 } },
  };
  expect(faultsOf('dev', file, { BEATFLOW_REGION: 'nowhere', BEATFLOW_PROJECT: '' })).toHaveLength(4);
});
