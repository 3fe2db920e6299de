import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MessageInspector } from '../../runtime/consumer/message-inspector.ts';
import { redrive } from '../../runtime/consumer/tools/redrive.ts';
import { messageCodec } from '../../runtime/contract/message.ts';
import { connectProducer, type EventProducer } from '../../runtime/kafka/producer.ts';
import { connectRedriveLog } from '../../runtime/kafka/redrive-log.ts';
import { recordsIn } from '../../runtime/lake/commit-record.ts';
import type { DeadLetter } from '../../runtime/lake/dead-letters.ts';
import { startTestBroker, type TestBroker } from '../support/broker.ts';
import { listenEvent } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { silentLogger, TestPipeline } from '../support/pipeline.ts';

const codec = messageCodec('listen_events');
const firstEvent = Date.UTC(2026, 10, 19);

let kafka: TestBroker;
let pipeline: TestPipeline;
let producer: EventProducer;

beforeAll(async () => {
  kafka = await startTestBroker();
});
afterAll(() => kafka.remove());
beforeEach(async () => {
  pipeline = await TestPipeline.create(kafka.broker.address);
  producer = await connectProducer(
    { brokers: [kafka.broker.address], clientId: 'test' },
    { logger: silentLogger },
  );
});
afterEach(async () => {
  await producer.disconnect();
  await pipeline.remove();
});

/** How many listen events all tests have sent: the topic is theirs together, and each test's lake has all of it. */
let sent = 0;

/** Sends the next so many listen events, each with a session of its own. */
async function send(count: number): Promise<void> {
  const first = sent;
  sent += count;
  const messages = Array.from({ length: count }, (_, index) => {
    const sequence = first + index;
    const event = listenEvent({ ts: firstEvent + sequence * 500, sessionId: sequence });
    return { key: String(sequence % 97), value: codec.encode(event) };
  });
  await producer.send('listen_events', messages);
}

interface Coordinates {
  readonly rows: bigint;
  readonly coordinates: bigint;
  readonly sessions: bigint;
}

/** Fails unless the warehouse, after a load, has each record of the topic once. */
async function expectEachOnce(): Promise<void> {
  await pipeline.load();
  const [counts] = await pipeline.query<Coordinates>(
    `select count(*) as rows, count(distinct ("kafkaPartition", "kafkaOffset")) as coordinates,
       count(distinct "sessionId") as sessions from raw.listen_events`,
  );
  expect(counts).toEqual({ rows: BigInt(sent), coordinates: BigInt(sent), sessions: BigInt(sent) });
}

test('each record is in the warehouse once although consumers and the broker are killed in mid-flight', async () => {
  let killing = true;
  let consumer = await pipeline.startConsumer();
  const producing = (async () => {
    while (killing) {
      await send(500);
      await delay(100);
    }
  })();
  for (let kill = 0; kill < 5; kill++) {
    const before = (await pipeline.commits('listen_events')).length;
    await eventually('the consumer commits again', async () => {
      return (await pipeline.commits('listen_events')).length > before;
    });
    // At another point of the half second between two commits each time.
    await delay(kill * 120);
    consumer.kill();
    if (kill === 2) await kafka.crashAndRestart();
    consumer = await pipeline.startConsumer();
  }
  killing = false;
  await producing;
  await pipeline.awaitLake('listen_events');
  await consumer.stop();

  const commits = await pipeline.commits('listen_events');
  expect(new Set(commits.map(({ writer }) => writer)).size).toBeGreaterThan(3);
  expect(commits.reduce((sum, record) => sum + recordsIn(record), 0)).toBe(sent);
  await expectEachOnce();
});

test('each damaged message is one dead letter with a reason, and the stream goes on', async () => {
  const ends = await pipeline.admin.partitionLogs('auth_events');
  const whole = messageCodec('auth_events').encode({ ...listenEvent(), success: true } as never);
  const unknown = Buffer.from(whole);
  unknown[5] = (unknown[5] as number) ^ 1;
  const future = messageCodec('auth_events').encode({
    ...listenEvent({ ts: Date.now() + 3 * 86_400_000 }),
    success: true,
  } as never);
  const values = {
    truncated: whole.subarray(0, 40),
    unknown_fingerprint: unknown,
    no_schema_header: Buffer.from('these are random bytes'),
    empty_value: Buffer.alloc(0),
    trailing_bytes: Buffer.concat([whole, Buffer.from([0])]),
    event_time_out_of_range: future,
  };
  await producer.send('auth_events', [
    { key: 'a', value: whole },
    ...Object.values(values).map((value) => ({ key: 'a', value })),
    { key: 'a', value: whole },
  ]);
  const consumer = await pipeline.startConsumer();
  await pipeline.awaitLake('auth_events');
  await consumer.stop();

  const commits = await pipeline.commits('auth_events');
  expect(commits.reduce((sum, record) => sum + recordsIn(record), 0)).toBe(2);
  const letters: DeadLetter[] = [];
  for (const { deadLetters } of commits) {
    if (!deadLetters) continue;
    const lines = (await readFile(join(pipeline.folder, 'lake', deadLetters.path), 'utf8'))
      .trim()
      .split('\n');
    letters.push(...lines.map((line) => JSON.parse(line) as DeadLetter));
  }
  expect(letters.map(({ error }) => error)).toEqual(Object.keys(values));
  expect(letters.map(({ payload }) => Buffer.from(payload ?? '', 'base64'))).toEqual(Object.values(values));
  const first = (ends[0]?.end ?? 0) + 1;
  expect(letters.map(({ offset }) => offset)).toEqual(letters.map((_, index) => first + index));

  // Days later the event of the future is a valid one: it goes back to its topic, once, although a run was cut off.
  const clock = () => Date.now() + 5 * 86_400_000;
  const log = await connectRedriveLog({ brokers: [kafka.broker.address], clientId: 'test' }, silentLogger);
  const inspector = new MessageInspector('auth_events', clock);
  const props = {
    store: pipeline.store,
    topic: 'auth_events',
    error: undefined,
    inspector,
    holder: 'test',
    clock,
  } as const;
  const unfinished = {
    ...log,
    async send(...args: Parameters<typeof log.send>) {
      await log.send(...args);
      throw new Error('cut off');
    },
  };
  await expect(redrive({ ...props, log: unfinished, dryRun: false })).rejects.toThrow('cut off');
  const finished = { sent: 0, alreadySent: 1, stillDead: 5, incomplete: 0 };
  expect(await redrive({ ...props, log, dryRun: false })).toEqual(finished);
  expect(await redrive({ ...props, log, dryRun: false })).toEqual(finished);
  await log.disconnect();
  const [after] = await pipeline.admin.partitionLogs('auth_events');
  expect(after?.end).toBe(first + letters.length + 2);
});

test('two consumers share the partitions, one compresses with snappy and leaves, and nothing is lost or doubled', async () => {
  const first = await pipeline.startConsumer({ BEATFLOW_LAKE_CODEC: 'snappy' });
  const second = await pipeline.startConsumer();
  const writers = async () => new Set((await pipeline.commits('listen_events')).map(({ writer }) => writer));
  await eventually('both have committed', async () => {
    await send(300);
    return (await writers()).size === 2;
  });
  await Promise.all([first.stop(), send(300)]);
  await send(300);
  await pipeline.awaitLake('listen_events');
  await second.stop();

  expect((await writers()).size).toBe(2);
  await expectEachOnce();
});

test('a consumer that is to catch up ends by itself, with all that there was in the lake', async () => {
  await send(700);
  const never = { BEATFLOW_COMMIT_INTERVAL_SECONDS: '3600' };
  for (let times = 0; times < 2; times++) {
    const consumer = await pipeline.startConsumer(never, ['--until-caught-up']);
    await consumer.ended;
    const commits = await pipeline.commits('listen_events');
    expect(commits.reduce((sum, record) => sum + recordsIn(record), 0)).toBe(sent);
  }
});
