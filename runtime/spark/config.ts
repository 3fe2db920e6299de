import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { isTopicName, type TopicName, topicNames } from '../contract/topics.ts';
import { kafkaVariables } from '../kafka/config.ts';
import { lakeVariables } from '../lake/open-store.ts';
import { text, variable } from '../program/config.ts';

const topicList = text.list().refine((names) => names.every(isTopicName), {
  error: `expected topics of the contract, comma-separated: ${topicNames.join(', ')}`,
}) as unknown as z.ZodType<readonly TopicName[], string>;

const folder = text.nonEmpty().refine(isAbsolute, { error: 'expected an absolute folder' });

/**
 * The Spark job's variables. They are called as the consumer's are and mean the same; beatflow_spark/config.py reads them.
 * In the cloud, files may be secrets: `secret:projects/<project>/secrets/<name>`.
 */
export const sparkVariables = {
  ...kafkaVariables,
  ...lakeVariables,
  group: variable(
    'BEATFLOW_CONSUMER_GROUP',
    'Kafka consumer group whose offsets show how far the lake is.',
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
    'Seconds from one micro-batch to the next.',
    text.number({ min: 0.1, max: 3600 }).default(120),
  ),
  bufferMiB: variable(
    'BEATFLOW_CONSUMER_BUFFER_MIB',
    'MiB of records that one task holds before it writes them.',
    text.integer({ min: 1, max: 4096 }).default(96),
  ),
  maxOpenHours: variable(
    'BEATFLOW_CONSUMER_MAX_OPEN_HOURS',
    'Event hours of one partition open at once before they are written.',
    text.integer({ min: 1, max: 1000 }).default(48),
  ),
  codec: variable(
    'BEATFLOW_LAKE_CODEC',
    'Compression of lake files: deflate or null.',
    z.enum(['deflate', 'null']).default('deflate') as unknown as z.ZodType<
      'deflate' | 'null',
      string | undefined
    >,
  ),
  batchRecords: variable(
    'BEATFLOW_SPARK_BATCH_RECORDS',
    'Records of one micro-batch at most, over all topics.',
    text.integer({ min: 1, max: 1_000_000_000 }).default(1_000_000),
  ),
  master: variable(
    'BEATFLOW_SPARK_MASTER',
    'Where Spark runs, such as local[2]; unset on a cluster, which knows.',
    text.nonEmpty().optional(),
  ),
  jars: variable(
    'BEATFLOW_SPARK_JARS',
    "Folder with the jars of Spark's Kafka source; unset on a cluster, which is given them.",
    folder.optional(),
  ),
};
