import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { messageCodec } from '../../runtime/contract/message.ts';
import { connectProducer, type EventProducer } from '../../runtime/kafka/producer.ts';
import { auditLake } from '../../runtime/lake/audit.ts';
import type { ChildProgram } from '../../runtime/local/child-program.ts';
import { startTestBroker, type TestBroker } from '../support/broker.ts';
import { listenEvent } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { contractPartitions, silentLogger, TestPipeline } from '../support/pipeline.ts';

const topic = 'listen_events';
const codec = messageCodec(topic);

let kafka: TestBroker;
let pipeline: TestPipeline;
let producer: EventProducer | undefined;
let produced: number;

beforeAll(async () => {
  kafka = await startTestBroker();
});
afterAll(() => kafka.remove());
beforeEach(async () => {
  pipeline = await TestPipeline.create(kafka.broker.address, {});
  produced = 0;
});
afterEach(async () => {
  await producer?.disconnect();
  producer = undefined;
  await pipeline.remove();
  await deleteTopics();
});

/** Runs a request to the broker that none of our programs makes. */
async function administer(request: (admin: Admin) => Promise<unknown>): Promise<void> {
  const admin = new Kafka({ brokers: [kafka.broker.address], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    await request(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Leaves the next test a broker without topics of ours. */
const deleteTopics = () =>
  administer(async (admin) => {
    const ours = async () => (await admin.listTopics()).filter((name) => name in contractPartitions);
    await admin.deleteTopics({ topics: await ours() });
    await eventually('the topics are gone', async () => (await ours()).length === 0);
  });

/** Makes the contract's topics, the one that is tested with so many partitions, and a producer that knows them. */
async function makeTopics(partitions: number): Promise<void> {
  await pipeline.admin.ensureTopics({ ...contractPartitions, [topic]: partitions });
  await producer?.disconnect();
  producer = await connectProducer(
    { brokers: [kafka.broker.address], clientId: 'test' },
    { logger: silentLogger },
  );
}

async function produce(records: number): Promise<void> {
  const messages = Array.from({ length: records }, () => {
    const sessionId = produced++;
    const ts = Date.now() - (sessionId % 5) * 3_600_000;
    return { key: String(sessionId % 97), value: codec.encode(listenEvent({ ts, sessionId })) };
  });
  await producer?.send(topic, messages);
}

const logOf = (consumer: ChildProgram) => readFile(join(pipeline.folder, `${consumer.name}.log`), 'utf8');

async function expectSoundLake(): Promise<void> {
  await pipeline.awaitLake(topic);
  const { faults, chains } = await auditLake(pipeline.store, { contents: true });
  expect(faults).toEqual([]);
  const ends = await pipeline.admin.partitionLogs(topic);
  const chained = chains
    .filter((chain) => chain.topic === topic)
    .map(({ partition, to }) => ({ partition, to }));
  expect(chained).toEqual(
    ends.filter(({ end }) => end > 0).map(({ partition, end }) => ({ partition, to: end })),
  );
  const covered = chains.reduce((sum, { rows, holeOffsets }) => sum + rows + holeOffsets, 0);
  expect(covered).toBe(produced);
}

test('a consumer that is there before the topics waits, says so, and goes on when they are made', async () => {
  const consumer = await pipeline.startConsumer();
  await eventually('it waits', async () =>
    (await logOf(consumer)).includes('waiting for topics that do not exist'),
  );
  await makeTopics(3);
  await produce(300);
  await expectSoundLake();
  await consumer.stop();
});

/** Where a consumer says that it serves its health. */
async function healthAddress(consumer: ChildProgram): Promise<string> {
  const served = (await logOf(consumer)).split('\n').find((line) => line.includes('health served'));
  const { address } = JSON.parse(served ?? '{}') as { readonly address: { readonly port: number } };
  return `http://127.0.0.1:${address.port}`;
}

test('a consumer serves its health and the figures of its work', async () => {
  await makeTopics(3);
  const consumer = await pipeline.startConsumer();
  await produce(100);
  await expectSoundLake();
  const address = await healthAddress(consumer);
  const read = async (path: string) => (await fetch(`${address}${path}`)).text();
  expect(await read('/livez')).toBe('ok\n');
  await eventually('it is ready', async () => (await read('/readyz')) === 'ok\n');
  let metrics = '';
  const figure = (name: string) =>
    Number(metrics.match(new RegExp(`^beatflow_consumer_${name}(?:{[^}]*})? (\\S+)$`, 'm'))?.[1]);
  const topical = (name: string) => figure(`${name}{topic="${topic}"}`);
  await eventually('all that was produced is said to be committed', async () => {
    metrics = await read('/metrics');
    return topical('records_committed_total') === 100 && figure('held_bytes') === 0;
  });
  expect(topical('records_read_total')).toBeGreaterThanOrEqual(100);
  for (const name of ['commits_total', 'lake_bytes_total']) expect(topical(name)).toBeGreaterThan(0);
  expect(topical('dead_letters_total')).toBe(0);
  expect(figure('store_create_seconds_count')).toBeGreaterThan(0);
  for (const name of ['lag', 'open_files', 'missing_topics', 'store_retries_total']) {
    expect([name, figure(name)]).toEqual([name, 0]);
  }
  for (const name of ['last_commit_age_seconds', 'kafka_silence_seconds', 'oldest_unacknowledged_seconds']) {
    expect(figure(name)).toBeGreaterThanOrEqual(0);
  }
  await consumer.stop();
});

test('partitions that a topic gets while it is read are read from their beginning', async () => {
  await makeTopics(3);
  const consumer = await pipeline.startConsumer();
  await produce(50);
  await expectSoundLake();
  await makeTopics(6);
  await produce(600);
  await expectSoundLake();
  await consumer.stop();
});

test('records that Kafka deleted before they were read become a recorded hole', async () => {
  await makeTopics(3);
  await produce(300);
  await (await pipeline.startConsumer({}, ['--until-caught-up'])).ended;
  await produce(600);
  const [first] = await pipeline.admin.partitionLogs(topic);
  const end = first?.end ?? 0;
  await administer(async (admin) => {
    // kafkajs needs the topic's leaders in hand before it can ask one to delete.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(end - 10) }] });
  });
  const tail = (await pipeline.commits(topic)).filter(({ partition }) => partition === 0).at(-1)?.nextOffset;
  const consumer = await pipeline.startConsumer();
  await expectSoundLake();
  const holes = (await pipeline.commits(topic)).filter(({ hole }) => hole !== null);
  expect(holes).toMatchObject([{ partition: 0, startOffset: tail, nextOffset: end - 10 }]);
  expect(await logOf(consumer)).toContain('a hole in the log was recorded');
  await consumer.stop();
});

test('five consumers over six partitions are replaced one by one, a rolling upgrade, and the broker crashes', async () => {
  await makeTopics(6);
  const group: ChildProgram[] = [];
  for (let size = 0; size < 5; size++) {
    group.push(await pipeline.startConsumer());
    await produce(200);
  }
  await eventually('they all have partitions', async () => {
    const logs = await Promise.all(group.map(logOf));
    return logs.every((log) => log.includes('partition opened'));
  });
  for (const [index, old] of group.entries()) {
    await produce(200);
    await old.stop();
    group[index] = await pipeline.startConsumer();
    await produce(200);
  }
  await kafka.crashAndRestart();
  await produce(400);
  await expectSoundLake();
  await Promise.all(group.map((consumer) => consumer.stop()));
  const writers = new Set((await pipeline.commits(topic)).map(({ writer }) => writer));
  expect(writers.size).toBeGreaterThan(5);
});
