import { SparkCluster, type SparkClusterProps } from '../../constructs/spark-cluster.ts';
import { SparkJob, type SparkJobProps } from '../../constructs/spark-job.ts';
import { key } from '../support/protection.ts';
import { Template } from '../support/template.ts';

const props: SparkClusterProps = {
  project: 'project',
  name: 'beatflow-spark',
  region: 'us-central1',
  zone: 'us-central1-b',
  subnetPath: 'projects/project/regions/us-central1/subnetworks/machines',
  account: 'spark@project.iam.gserviceaccount.com',
  imageVersion: '2.3-debian12',
  master: { machineType: 'e2-standard-2', bootDiskGb: 50 },
  worker: { machineType: 'e2-standard-4', bootDiskGb: 60 },
  workers: 2,
  maxWorkers: 6,
  bucket: 'beatflow-spark-bucket',
  accessLogsBucket: 'access-logs',
  keys: { disks: key, storage: `${key}-storage` },
  protection: { protected: true },
};
const of = (changed: Partial<SparkClusterProps> = {}) =>
  Template.of((scope) => new SparkCluster(scope, 'spark', { ...props, ...changed }));

test('is a cluster, how it scales, and a bucket of its own', () => {
  const template = of();
  expect(template.inventory).toEqual({
    dataproc_autoscaling_policy: 1,
    dataproc_cluster: 1,
    storage_bucket: 1,
    storage_bucket_iam_member: 1,
  });
  expect(template.grants).toEqual([`roles/storage.admin <- serviceAccount:${props.account}`]);
  expect(template.only('google_dataproc_autoscaling_policy')).toMatchObject({
    worker_config: { min_instances: 2, max_instances: 6 },
  });
});

test('its machines have internal addresses only, their own account, our key, and are shielded', () => {
  const cluster = of().only('google_dataproc_cluster');
  expect(cluster).toMatchObject({
    graceful_decommission_timeout: '600s',
    cluster_config: {
      staging_bucket: props.bucket,
      temp_bucket: props.bucket,
      encryption_config: { kms_key_name: key },
      endpoint_config: { enable_http_port_access: false },
      gce_cluster_config: {
        internal_ip_only: true,
        service_account: props.account,
        subnetwork: props.subnetPath,
        shielded_instance_config: {
          enable_secure_boot: true,
          enable_vtpm: true,
          enable_integrity_monitoring: true,
        },
        metadata: { 'enable-oslogin': 'TRUE', 'block-project-ssh-keys': 'TRUE' },
      },
      master_config: { num_instances: 1, machine_type: 'e2-standard-2' },
      worker_config: {
        num_instances: 2,
        machine_type: 'e2-standard-4',
        disk_config: { boot_disk_size_gb: 60 },
      },
      software_config: { image_version: '2.3-debian12' },
    },
  });
  expect(cluster.cluster_config).toMatchObject({
    autoscaling_config: {
      policy_uri: 'projects/project/locations/us-central1/autoscalingPolicies/beatflow-spark',
    },
  });
});

test('a master alone has no workers and does not scale', () => {
  const { maxWorkers: _, keys: __, ...fixed } = props;
  const template = Template.of((scope) => new SparkCluster(scope, 'spark', { ...fixed, workers: 0 }));
  const { cluster_config: config } = template.only('google_dataproc_cluster') as {
    cluster_config: Record<string, unknown>;
  };
  expect(config).toHaveProperty('master_config');
  for (const key of ['worker_config', 'autoscaling_config', 'encryption_config']) {
    expect(config).not.toHaveProperty(key);
  }
  expect(config.software_config).toMatchObject({
    override_properties: { 'dataproc:dataproc.allow.zero.workers': 'true' },
  });
});

test('a job runs one version of the code with its variables, and may begin again', () => {
  const job: SparkJobProps = {
    region: 'us-central1',
    cluster: 'beatflow-spark',
    main: 'gs://artifacts/main.py',
    code: 'gs://artifacts/code.zip',
    jars: ['gs://artifacts/kafka.jar'],
    environment: { BEATFLOW_LAKE: 'gs://lake', BEATFLOW_KAFKA_BROKERS: 'broker:9092' },
  };
  const template = Template.of((scope) => new SparkJob(scope, 'job', job));
  expect(template.inventory).toEqual({ dataproc_job: 1 });
  expect(template.only('google_dataproc_job')).toMatchObject({
    force_delete: true,
    placement: { cluster_name: 'beatflow-spark' },
    scheduling: { max_failures_per_hour: 10, max_failures_total: 240 },
    pyspark_config: {
      main_python_file_uri: job.main,
      python_file_uris: [job.code],
      jar_file_uris: job.jars,
      args: ['BEATFLOW_LAKE=gs://lake', 'BEATFLOW_KAFKA_BROKERS=broker:9092'],
    },
  });
});
