import { blocks, type Policy } from './policy.ts';

export const managedKafkaSettings: Policy = {
  id: 'managed-kafka-settings',
  doc: 'Managed Kafka keeps three copies, states its rebalancing, and no topic is open to everybody.',
  faults({ type, attributes }) {
    switch (type) {
      case 'google_managed_kafka_cluster':
        return blocks(attributes, 'rebalance_config').length > 0 ? [] : ['rebalance_config is not stated'];
      case 'google_managed_kafka_topic':
        return attributes.replication_factor === 3
          ? []
          : [`replication_factor is ${attributes.replication_factor}, expected 3`];
      case 'google_managed_kafka_acl':
        return blocks(attributes, 'acl_entries')
          .filter(({ principal }) => principal === 'User:*')
          .map(({ operation }) => `everybody may ${operation}`);
      default:
        return [];
    }
  },
};
