import { ManagedKafka, type ManagedKafkaProps } from '../../constructs/managed-kafka.ts';
import { Template } from '../support/template.ts';

const props: ManagedKafkaProps = {
  name: 'beatflow',
  location: 'us-central1',
  vcpus: 3,
  memoryGib: 4,
  subnetPath: 'projects/project/regions/us-central1/subnetworks/machines',
  topics: { listen_events: 6, auth_events: 1 },
  retentionHours: 24,
  producer: 'generator@p',
  consumer: 'consumer@p',
  group: 'beatflow-consumer',
};

test('is a cluster, its topics, and an ACL for each and for the group', () => {
  const template = Template.of((scope) => new ManagedKafka(scope, 'kafka', props));
  expect(template.inventory).toEqual({
    managed_kafka_acl: 3,
    managed_kafka_cluster: 1,
    managed_kafka_topic: 2,
  });
  expect(template.only('google_managed_kafka_cluster')).toMatchObject({
    capacity_config: { vcpu_count: '3', memory_bytes: '4294967296' },
    rebalance_config: { mode: 'AUTO_REBALANCE_ON_SCALE_UP' },
  });
  expect(template.named('google_managed_kafka_topic', 'listen_events')).toMatchObject({
    partition_count: 6,
    replication_factor: 3,
    configs: { 'retention.ms': '86400000' },
  });
});

const entries = (changed: Partial<ManagedKafkaProps>, name: string) =>
  (
    Template.of((scope) => new ManagedKafka(scope, 'kafka', { ...props, ...changed })).named(
      'google_managed_kafka_acl',
      name,
    ).acl_entries as readonly { principal: string; operation: string }[]
  ).map(({ principal, operation }) => `${principal} ${operation}`);

test('the producer only writes, the consumer only reads', () => {
  expect(entries({}, 'auth_events')).toEqual([
    'User:generator@p WRITE',
    'User:consumer@p READ',
    'User:generator@p DESCRIBE',
    'User:consumer@p DESCRIBE',
  ]);
  expect(entries({}, 'group')).toEqual(['User:consumer@p READ', 'User:consumer@p DESCRIBE']);
});

test('an account that is both occurs once in each entry', () => {
  expect(entries({ producer: 'stream@p', consumer: 'stream@p' }, 'auth_events')).toEqual([
    'User:stream@p WRITE',
    'User:stream@p READ',
    'User:stream@p DESCRIBE',
  ]);
});
