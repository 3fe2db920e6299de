import { z } from 'zod';
import { kafkaVariables } from '../kafka/config.ts';
import type { Codec } from '../lake/avro-file.ts';
import { writerVariables } from '../lake/writer-config.ts';
import { type ConfigOf, text, variable } from '../program/config.ts';

/** The consumer's environment variables. */
export const consumerVariables = {
  ...kafkaVariables,
  ...writerVariables,
  bufferMiB: variable(
    'BEATFLOW_CONSUMER_BUFFER_MIB',
    'MiB of records held before they are written, over all partitions.',
    text.integer({ min: 1, max: 4096 }).default(48),
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
