import type { z } from 'zod';
import { isTopicName, type TopicName, topicNames } from '../contract/topics.ts';
import { text, variable } from '../program/config.ts';
import { lakeVariables } from './open-store.ts';

const topicList = text.list().refine((names) => names.every(isTopicName), {
  error: `expected topics of the contract, comma-separated: ${topicNames.join(', ')}`,
}) as unknown as z.ZodType<readonly TopicName[], string>;

/** The variables of whoever brings Kafka's records into the lake, be it the consumer or the Spark job. */
export const writerVariables = {
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
    'Seconds after which what was read becomes visible in the lake.',
    text.number({ min: 0.1, max: 3600 }).default(120),
  ),
  maxOpenHours: variable(
    'BEATFLOW_CONSUMER_MAX_OPEN_HOURS',
    'Event hours of one partition open at once before they are written.',
    text.integer({ min: 1, max: 1000 }).default(48),
  ),
};
