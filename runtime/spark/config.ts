import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { kafkaVariables } from '../kafka/config.ts';
import { writerVariables } from '../lake/writer-config.ts';
import { text, variable } from '../program/config.ts';

const folder = text.nonEmpty().refine(isAbsolute, { error: 'expected an absolute folder' });

/**
 * The Spark job's variables. They are called as the consumer's are and mean the same; beatflow_spark/config.py reads them.
 * In the cloud, files may be secrets: `secret:projects/<project>/secrets/<name>`.
 */
export const sparkVariables = {
  ...kafkaVariables,
  ...writerVariables,
  bufferMiB: variable(
    'BEATFLOW_CONSUMER_BUFFER_MIB',
    'MiB of records that one task holds before it writes them.',
    text.integer({ min: 1, max: 4096 }).default(96),
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
