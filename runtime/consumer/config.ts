import { z } from 'zod';
import { isTopicName, type TopicName, topicNames } from '../contract/topics.ts';
import { kafkaVariables } from '../kafka/config.ts';
import type { Codec } from '../lake/avro-file.ts';
import { lakeVariables } from '../lake/open-store.ts';
import { type ConfigOf, text, variable } from '../program/config.ts';

const topicList = text.list().refine((names) => names.every(isTopicName), {
  error: `expected topics of the contract, comma-separated: ${topicNames.join(', ')}`,
}) as unknown as z.ZodType<readonly TopicName[], string>;

/** The consumer's environment variables. */
export const consumerVariables = {
  ...kafkaVariables,
  ...lakeVariables,
  group: variable(
    'BEATFLOW_CONSUMER_GROUP',
    'Kafka consumer group.',
    text.nonEmpty().default('beatflow-consumer'),
  ),
  logGeneration: variable(
    'BEATFLOW_LOG_GENERATION',
    'Raised by one when topics were recreated on the same cluster and their offsets began anew.',
    text.integer({ min: 1, max: 9999 }).default(1),
  ),
  jsonTopics: variable(
    'BEATFLOW_JSON_TOPICS',
    'Topics whose messages are JSON objects, as a real Eventsim writes them; comma-separated.',
    topicList.default([]),
  ),
  commitIntervalSeconds: variable(
    'BEATFLOW_COMMIT_INTERVAL_SECONDS',
    'Seconds after which what was read becomes visible in the lake.',
    text.number({ min: 0.1, max: 3600 }).default(120),
  ),
  bufferMiB: variable(
    'BEATFLOW_CONSUMER_BUFFER_MIB',
    'MiB of records held before they are written, over all partitions.',
    text.integer({ min: 1, max: 4096 }).default(48),
  ),
  maxOpenHours: variable(
    'BEATFLOW_CONSUMER_MAX_OPEN_HOURS',
    'Event hours of one partition open at once before they are written.',
    text.integer({ min: 1, max: 1000 }).default(48),
  ),
  codec: variable(
    'BEATFLOW_LAKE_CODEC',
    'Compression of lake files: deflate (smallest), snappy or null.',
    z.enum(['deflate', 'snappy', 'null']).default('deflate') as unknown as z.ZodType<
      Codec,
      string | undefined
    >,
  ),
  healthHost: variable(
    'BEATFLOW_HEALTH_HOST',
    'Address that health and metrics listen on.',
    text.nonEmpty().default('127.0.0.1'),
  ),
  healthPort: variable(
    'BEATFLOW_HEALTH_PORT',
    'Port of health and metrics; 0 for any free one.',
    text.integer({ min: 0, max: 65_535 }).default(8081),
  ),
};

/** The consumer's configuration. */
export type ConsumerConfig = ConfigOf<typeof consumerVariables>;
