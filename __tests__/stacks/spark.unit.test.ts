import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completeEnvironment } from '../../environments/model/load.ts';
import { environmentFile, synthesise, variables, writeArtifacts } from '../support/deployments.ts';
import { Template } from '../support/template.ts';

const folder = mkdtempSync(join(tmpdir(), 'beatflow-spark-stacks-'));
afterAll(() => rmSync(folder, { recursive: true }));

const prod = await environmentFile('prod');
if (prod.machines.kind !== 'each') throw new Error('prod has machines of their own');
const { consumer: _, consumers: __, ...machines } = prod.machines;
const size = { machineType: 'e2-standard-2', bootDiskGb: 50 };
const environment = completeEnvironment(
  'prod',
  {
    ...prod,
    machines,
    processing: { kind: 'spark', imageVersion: '2.3-debian12', master: size, worker: size, workers: 2 },
  },
  variables,
);
const stacks = synthesise(environment, writeArtifacts(join(folder, 'artifacts')), folder);
const of = (component: string) => {
  const stack = stacks.find((id) => id.endsWith(`-${component}`)) ?? '';
  return new Template(readFileSync(join(folder, 'stacks', stack, 'cdk.tf.json'), 'utf8'));
};
const spark = 'serviceAccount:beatflow-prod-spark@mock-project.iam.gserviceaccount.com';

test('prod processes with Spark in place of the consumer, under its own keys', () => {
  const streaming = of('streaming');
  expect(streaming.inventory).toMatchObject({ compute_instance: 2, dataproc_cluster: 1, dataproc_job: 1 });
  expect(Object.keys(streaming.inventory)).not.toContain('compute_instance_group_manager');
  expect(streaming.only('google_dataproc_cluster')).toMatchObject({
    cluster_config: {
      encryption_config: { kms_key_name: expect.stringMatching(/\/cryptoKeys\/beatflow-prod-disks$/) },
    },
  });
  const disks = of('foundation')
    .every('google_kms_crypto_key_iam_member')
    .filter(({ crypto_key_id: key }) => String(key).includes('disks'));
  expect(disks.map(({ member }) => member).sort()).toEqual([
    'serviceAccount:service-123456789012@compute-system.iam.gserviceaccount.com',
    'serviceAccount:service-123456789012@dataproc-accounts.iam.gserviceaccount.com',
  ]);
});

test('the cluster reads its secrets and code, writes the lake but no commit record twice, and no other bucket', () => {
  const grants = ['foundation', 'lake', 'streaming'].flatMap((component) => of(component).grants);
  expect(grants.filter((grant) => grant.includes(spark)).sort()).toEqual([
    `roles/dataproc.worker <- ${spark} if no-bucket-but-its-own`,
    `roles/logging.logWriter <- ${spark}`,
    `roles/monitoring.metricWriter <- ${spark}`,
    `roles/secretmanager.secretAccessor <- ${spark}`,
    `roles/secretmanager.secretAccessor <- ${spark}`,
    `roles/storage.admin <- ${spark}`,
    `roles/storage.objectCreator <- ${spark}`,
    `roles/storage.objectUser <- ${spark} if all-but-records`,
    `roles/storage.objectViewer <- ${spark}`,
    `roles/storage.objectViewer <- ${spark}`,
  ]);
});

test('the job is told where Kafka and the lake are, and which secrets to read, not what is in them', () => {
  const { pyspark_config: job } = of('streaming').only('google_dataproc_job') as {
    pyspark_config: { args: readonly string[] };
  };
  expect(job.args).toEqual([
    'BEATFLOW_KAFKA_BROKERS=beatflow-prod-broker.us-central1-b.c.mock-project.internal:9092',
    'BEATFLOW_KAFKA_SECURITY=scram',
    'BEATFLOW_KAFKA_CA_FILE=secret:projects/mock-project/secrets/beatflow-prod-kafka-ca',
    'BEATFLOW_KAFKA_CREDENTIALS_FILE=secret:projects/mock-project/secrets/beatflow-prod-kafka-consumer',
    'BEATFLOW_LAKE=gs://mock-project-beatflow-prod-lake',
    'BEATFLOW_CONSUMER_GROUP=beatflow-consumer',
  ]);
});

test('the broker is reached by the generator and the cluster, the cluster by itself and through IAP', () => {
  const ways = of('foundation')
    .every('google_compute_firewall')
    .filter(({ allow }) => allow !== undefined)
    .map(({ name, source_service_accounts: from = [], target_service_accounts: to }) => {
      const short = (emails: unknown) =>
        (emails as readonly string[]).map((email) => email.replace(/^beatflow-prod-|@.*$/g, ''));
      return [name, short(from), short(to)];
    });
  expect(ways).toEqual([
    ['beatflow-prod-kafka', ['spark', 'generator'], ['broker']],
    ['beatflow-prod-spark', ['spark'], ['spark']],
    ['beatflow-prod-ssh', [], ['broker', 'generator', 'spark']],
  ]);
});

test('alerts and charts measure the driver of the job', () => {
  const observability = of('observability');
  const filters = observability
    .every('google_logging_metric')
    .filter(({ name }) => String(name).includes('consumer_work'))
    .map(({ filter }) => String(filter));
  expect(filters.length).toBeGreaterThan(2);
  for (const filter of filters) expect(filter).toContain('resource.type="cloud_dataproc_job"');
  expect(JSON.stringify(observability.every('google_monitoring_alert_policy'))).toContain('spark_log');
});
