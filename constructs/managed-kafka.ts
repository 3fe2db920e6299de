import { ManagedKafkaAcl } from '@cdktf/provider-google/lib/managed-kafka-acl/index.js';
import { ManagedKafkaCluster } from '@cdktf/provider-google/lib/managed-kafka-cluster/index.js';
import { ManagedKafkaTopic } from '@cdktf/provider-google/lib/managed-kafka-topic/index.js';
import { Construct } from 'constructs';
import { hourMs } from '../runtime/contract/durations.ts';

export interface ManagedKafkaProps {
  readonly name: string;
  readonly location: string;
  readonly vcpus: number;
  readonly memoryGib: number;
  readonly subnetPath: string;
  /** Partitions of each topic by its name. */
  readonly topics: Readonly<Record<string, number>>;
  readonly retentionHours: number;
  /** Emails of the accounts that write to and read from every topic. */
  readonly producer: string;
  readonly consumer: string;
  /** Name of the consumer's group. */
  readonly group: string;
  /** Path of our key. @default Google's keys */
  readonly key?: string;
}

/** A cluster of Google's Managed Service for Apache Kafka with its topics and who may use them. */
export class ManagedKafka extends Construct {
  constructor(scope: Construct, id: string, props: ManagedKafkaProps) {
    super(scope, id);
    const { location } = props;
    const cluster = new ManagedKafkaCluster(this, 'cluster', {
      clusterId: props.name,
      location,
      capacityConfig: {
        vcpuCount: String(props.vcpus),
        memoryBytes: String(props.memoryGib * 2 ** 30),
      },
      gcpConfig: {
        accessConfig: { networkConfigs: [{ subnet: props.subnetPath }] },
        ...(props.key ? { kmsKey: props.key } : {}),
      },
      // Not computed in provider 6.50: unless it is stated, every plan wants to remove the server's default.
      rebalanceConfig: { mode: 'AUTO_REBALANCE_ON_SCALE_UP' },
    });
    const allow = (account: string, operation: string) => ({
      principal: `User:${account}`,
      permissionType: 'ALLOW',
      operation,
      host: '*',
    });
    for (const [topicId, partitionCount] of Object.entries(props.topics)) {
      const topic = new ManagedKafkaTopic(this, topicId, {
        cluster: cluster.clusterId,
        location,
        topicId,
        partitionCount,
        replicationFactor: 3,
        configs: { 'retention.ms': String(props.retentionHours * hourMs), 'cleanup.policy': 'delete' },
      });
      new ManagedKafkaAcl(this, `${topicId}-acl`, {
        cluster: cluster.clusterId,
        location,
        aclId: `topic/${topicId}`,
        // One machine may be both: an entry must not occur twice.
        aclEntries: [
          allow(props.producer, 'WRITE'),
          allow(props.consumer, 'READ'),
          ...[...new Set([props.producer, props.consumer])].map((account) => allow(account, 'DESCRIBE')),
        ],
        dependsOn: [topic],
      });
    }
    new ManagedKafkaAcl(this, 'group-acl', {
      cluster: cluster.clusterId,
      location,
      aclId: `consumerGroup/${props.group}`,
      aclEntries: [allow(props.consumer, 'READ'), allow(props.consumer, 'DESCRIBE')],
    });
  }
}
