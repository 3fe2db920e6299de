import { DataprocAutoscalingPolicy } from '@cdktf/provider-google/lib/dataproc-autoscaling-policy/index.js';
import { DataprocCluster } from '@cdktf/provider-google/lib/dataproc-cluster/index.js';
import { Construct } from 'constructs';
import type { Protection } from '../environments/model/environment.ts';
import { Bucket } from './bucket.ts';
import { runAfter } from './helpers/order.ts';
import { shielded } from './machine.ts';

/** The size of the machines of one kind. */
interface NodeSize {
  readonly machineType: string;
  readonly bootDiskGb: number;
}

export interface SparkClusterProps {
  readonly project: string;
  readonly name: string;
  readonly region: string;
  readonly zone: string;
  readonly subnetPath: string;
  /** Email of the account that the machines act as. */
  readonly account: string;
  /** For example 2.3-debian12. */
  readonly imageVersion: string;
  readonly master: NodeSize;
  readonly worker: NodeSize;
  /** 0: the master works alone. */
  readonly workers: number;
  /** Workers that load may bring, at most. @default the number is fixed */
  readonly maxWorkers?: number;
  /** Bucket of the cluster's own: job drivers' output, event logs; made here. */
  readonly bucket: string;
  /** Bucket that access logs go to. */
  readonly accessLogsBucket: string;
  /** Keys of the disks and of the bucket. @default Google's keys */
  readonly keys?: { readonly disks: string; readonly storage: string };
  readonly protection: Protection;
}

/** Work that a machine which leaves has begun may take so long to end; what it does not end is done again elsewhere. */
const gracefulDecommission = '600s';
/** Days that drivers' output and event logs are kept. */
const keptDays = 30;

/** A Dataproc cluster without a way in or out: internal addresses only, and a bucket of its own. */
export class SparkCluster extends Construct {
  constructor(scope: Construct, id: string, props: SparkClusterProps) {
    super(scope, id);
    const { name, region, keys } = props;
    const bucket = new Bucket(this, 'bucket', {
      name: props.bucket,
      location: region,
      undelete: { by: 'versions', days: 7 },
      lifecycle: [{ action: { delete: true }, condition: { ageDays: keptDays } }],
      accessLogs: { bucket: props.accessLogsBucket },
      ...(keys ? { key: keys.storage } : {}),
      // Nothing is in it that is not made again.
      protection: props.protection,
      grants: [{ role: 'roles/storage.admin', member: `serviceAccount:${props.account}` }],
    });
    const policy = this.#addAutoscaling(props);
    // A plain text: an address that is known only after the policy is made confuses the provider (seen with 6.50).
    const policyUri = `projects/${props.project}/locations/${region}/autoscalingPolicies/${name}`;
    const disk = ({ machineType, bootDiskGb }: NodeSize) => ({
      machineType,
      diskConfig: { bootDiskSizeGb: bootDiskGb, bootDiskType: 'pd-balanced' },
    });
    const cluster = new DataprocCluster(this, 'cluster', {
      name,
      region,
      gracefulDecommissionTimeout: gracefulDecommission,
      clusterConfig: {
        stagingBucket: props.bucket,
        tempBucket: props.bucket,
        gceClusterConfig: {
          zone: props.zone,
          subnetwork: props.subnetPath,
          internalIpOnly: true,
          serviceAccount: props.account,
          serviceAccountScopes: ['https://www.googleapis.com/auth/cloud-platform'],
          shieldedInstanceConfig: shielded,
          metadata: { 'enable-oslogin': 'TRUE', 'block-project-ssh-keys': 'TRUE' },
        },
        masterConfig: { numInstances: 1, ...disk(props.master) },
        ...(props.workers > 0
          ? { workerConfig: { numInstances: props.workers, ...disk(props.worker) } }
          : {}),
        softwareConfig: {
          imageVersion: props.imageVersion,
          overrideProperties: {
            // What the driver says is what alerts are built on.
            'dataproc:dataproc.logging.stackdriver.job.driver.enable': 'true',
            'dataproc:dataproc.logging.stackdriver.enable': 'true',
            ...(props.workers > 0 ? {} : { 'dataproc:dataproc.allow.zero.workers': 'true' }),
          },
        },
        endpointConfig: { enableHttpPortAccess: false },
        ...(keys ? { encryptionConfig: { kmsKeyName: keys.disks } } : {}),
        ...(policy ? { autoscalingConfig: { policyUri } } : {}),
      },
      timeouts: { create: '45m', update: '45m', delete: '45m' },
    });
    runAfter(cluster, bucket, ...(policy ? [policy] : []));
  }

  #addAutoscaling({ name, region, workers, maxWorkers }: SparkClusterProps) {
    if (maxWorkers === undefined) return undefined;
    return new DataprocAutoscalingPolicy(this, 'autoscaling', {
      policyId: name,
      location: region,
      workerConfig: { minInstances: workers, maxInstances: maxWorkers },
      basicAlgorithm: {
        // A micro-batch is two minutes: a shorter memory would follow each one up and down.
        cooldownPeriod: '600s',
        yarnConfig: {
          gracefulDecommissionTimeout: gracefulDecommission,
          scaleUpFactor: 0.5,
          scaleDownFactor: 0.5,
        },
      },
    });
  }
}
