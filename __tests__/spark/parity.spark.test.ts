/** The lake is the same whether the consumer, Spark, or both by turns wrote it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { topicNames } from '../../runtime/contract/topics.ts';
import { startTestBroker, type TestBroker } from '../support/broker.ts';
import { eventually } from '../support/eventually.ts';
import { TestPipeline } from '../support/pipeline.ts';
import { drainWithSpark, fillTopics, type LakeContents, readLake, startJob } from './job.ts';

/** Listeners whose day has about 200,000 records; the damaged messages come on top, in each topic. */
const users = 46_000;
const damaged = 500;
/** A Java machine on a busy computer takes its time. */
const deadlineMs = 300_000;
const limitMs = 900_000;

let kafka: TestBroker;
let total: number;
let expected: LakeContents;

async function withPipeline(work: (pipeline: TestPipeline) => Promise<void>): Promise<void> {
  const pipeline = await TestPipeline.create(kafka.broker.address);
  try {
    await work(pipeline);
  } finally {
    await pipeline.remove();
  }
}

async function drainWithConsumer(pipeline: TestPipeline): Promise<void> {
  const consumer = await pipeline.startConsumer();
  for (const topic of topicNames) await pipeline.awaitLake(topic, deadlineMs);
  await consumer.stop();
}

async function expectSameLake(pipeline: TestPipeline): Promise<void> {
  const { rows, letters } = await readLake(pipeline);
  expect([rows.size, letters.size]).toEqual([expected.rows.size, expected.letters.size]);
  const other = (mine: ReadonlyMap<string, string>, theirs: ReadonlyMap<string, string>) =>
    [...mine].filter(([place, content]) => theirs.get(place) !== content).slice(0, 3);
  expect(other(rows, expected.rows)).toEqual([]);
  expect(other(letters, expected.letters)).toEqual([]);
}

/** Who wrote the records of all chains. */
async function writers(pipeline: TestPipeline): Promise<ReadonlySet<string>> {
  const all = (await Promise.all(topicNames.map((topic) => pipeline.commits(topic)))).flat();
  return new Set(all.map(({ writer }) => (writer.includes('-spark-') ? 'spark' : 'consumer')));
}

/** Records in the lake, over all topics. */
async function committed(pipeline: TestPipeline): Promise<number> {
  const all = (await Promise.all(topicNames.map((topic) => pipeline.commits(topic)))).flat();
  return all.reduce((sum, { startOffset, nextOffset }) => sum + nextOffset - startOffset, 0);
}

beforeAll(async () => {
  kafka = await startTestBroker();
  await withPipeline(async (pipeline) => {
    total = await fillTopics(kafka.broker.address, users, damaged);
    await drainWithConsumer(pipeline);
    expected = await readLake(pipeline);
  });
}, limitMs);
afterAll(() => kafka.remove());

test(
  'Spark makes the rows and dead letters that the consumer makes',
  () =>
    withPipeline(async (pipeline) => {
      expect(total).toBeGreaterThan(200_000);
      expect(expected.rows.size + expected.letters.size).toBe(total);
      expect(expected.letters.size).toBeGreaterThan(500);
      await drainWithSpark(pipeline, kafka.broker.address);
      await expectSameLake(pipeline);
      expect([...(await writers(pipeline))]).toEqual(['spark']);
    }),
  limitMs,
);

test(
  'Spark is killed in mid-batch, the consumer takes over, is killed, and Spark brings it to its end',
  () =>
    withPipeline(async (pipeline) => {
      const small = { BEATFLOW_SPARK_BATCH_RECORDS: '30000', BEATFLOW_COMMIT_INTERVAL_SECONDS: '0.1' };
      const job = startJob(pipeline, kafka.broker.address, { drain: false, environment: small });
      await eventually('Spark commits', async () => (await committed(pipeline)) > 30_000, deadlineMs);
      job.kill();
      await job.ended;
      const bySpark = await committed(pipeline);
      expect(bySpark).toBeLessThan(total);

      const consumer = await pipeline.startConsumer({
        BEATFLOW_COMMIT_INTERVAL_SECONDS: '0.1',
        BEATFLOW_CONSUMER_BUFFER_MIB: '1',
      });
      await eventually(
        'the consumer commits, too',
        async () => (await writers(pipeline)).has('consumer'),
        deadlineMs,
      );
      consumer.kill();
      await drainWithSpark(pipeline, kafka.broker.address);
      await expectSameLake(pipeline);
      expect([...(await writers(pipeline))].sort()).toEqual(['consumer', 'spark']);
    }),
  limitMs,
);

test(
  'Spark and a consumer that write side by side share the chain',
  () =>
    withPipeline(async (pipeline) => {
      const consumer = await pipeline.startConsumer({ BEATFLOW_CONSUMER_BUFFER_MIB: '1' });
      await drainWithSpark(pipeline, kafka.broker.address, { BEATFLOW_SPARK_BATCH_RECORDS: '20000' });
      for (const topic of topicNames) await pipeline.awaitLake(topic, deadlineMs);
      await consumer.stop();
      await expectSameLake(pipeline);
    }),
  limitMs,
);

test(
  'a broker that crashes and comes back finds the same job at work, and SIGTERM ends it',
  () =>
    withPipeline(async (pipeline) => {
      const environment = { BEATFLOW_SPARK_BATCH_RECORDS: '30000', BEATFLOW_COMMIT_INTERVAL_SECONDS: '0.1' };
      const job = startJob(pipeline, kafka.broker.address, { drain: false, environment });
      await eventually('Spark commits', async () => (await committed(pipeline)) > 0, deadlineMs);
      await kafka.crashAndRestart();
      for (const topic of topicNames) await pipeline.awaitLake(topic, deadlineMs);
      job.stop();
      expect(await job.ended).toBe(0);
      await expectSameLake(pipeline);
    }),
  limitMs,
);

test(
  'a lake that cannot be written ends the job with exit code 1 and the reason',
  () =>
    withPipeline(async (pipeline) => {
      const file = join(pipeline.folder, 'file');
      await writeFile(file, 'no folder');
      const environment = { BEATFLOW_LAKE: join(file, 'lake') };
      expect(await startJob(pipeline, kafka.broker.address, { drain: true, environment }).ended).toBe(1);
      expect(await readFile(join(pipeline.folder, 'spark.log'), 'utf8')).toContain('NotADirectoryError');
    }),
  limitMs,
);

test(
  'a faulty configuration ends the job with all faults and exit code 2, before Spark starts',
  () =>
    withPipeline(async (pipeline) => {
      const environment = {
        BEATFLOW_LAKE: 'here',
        BEATFLOW_LOG_GENERATION: '0',
        BEATFLOW_LAKE_CODEC: 'snappy',
      };
      expect(await startJob(pipeline, kafka.broker.address, { drain: true, environment }).ended).toBe(2);
    }),
  limitMs,
);
