import { isTopicName, topicNames, topics } from '../contract/topics.ts';
import { kafkaVariables } from '../kafka/config.ts';
import { type ConfigOf, text, variable } from '../program/config.ts';

const partitionEntry = /^([a-z_]+)=([1-9]\d{0,3})$/;

/** The partitions of each topic where nothing else is said. */
const contractPartitions = topicNames.map((name) => `${name}=${topics[name].partitions}`).join(',');

/** The variables of the program that gives a broker its topics and its users their rights. */
export const provisionVariables = {
  ...kafkaVariables,
  partitions: variable(
    'BEATFLOW_TOPIC_PARTITIONS',
    'Partitions of each topic, TOPIC=NUMBER, comma-separated; they only ever grow.',
    text
      .list()
      .refine((entries) => entries.every((entry) => isTopicName(partitionEntry.exec(entry)?.[1] ?? '')), {
        error: `expected TOPIC=NUMBER entries such as ${contractPartitions}`,
      })
      .transform((entries) =>
        Object.fromEntries(
          entries.map((entry) => entry.split('=')).map(([name, count]) => [name, Number(count)]),
        ),
      )
      .prefault(contractPartitions),
  ),
  retentionHours: variable(
    'BEATFLOW_TOPIC_RETENTION_HOURS',
    'Hours that a record stays in its topic.',
    text.integer({ min: 1, max: 87_600 }).prefault('168'),
  ),
  rights: variable(
    'BEATFLOW_KAFKA_RIGHTS',
    'Whether to give users their rights: yes, or no where somebody else looks after users.',
    text
      .nonEmpty()
      .refine((value) => value === 'yes' || value === 'no', 'expected yes or no')
      .transform((value) => value === 'yes')
      .prefault('yes'),
  ),
  producer: variable(
    'BEATFLOW_KAFKA_PRODUCER',
    'User that may write to the topics.',
    text.nonEmpty().prefault('generator'),
  ),
  consumer: variable(
    'BEATFLOW_KAFKA_CONSUMER',
    'User that may read the topics.',
    text.nonEmpty().prefault('consumer'),
  ),
  group: variable(
    'BEATFLOW_CONSUMER_GROUP',
    'Consumer group that the reading user may join.',
    text.nonEmpty().prefault('beatflow-consumer'),
  ),
};

/** The configuration of the provisioning program. */
export type ProvisionConfig = ConfigOf<typeof provisionVariables>;
