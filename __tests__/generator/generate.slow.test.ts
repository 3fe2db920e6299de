import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageCodec } from '../../runtime/contract/message.ts';
import { type TopicName, topics } from '../../runtime/contract/topics.ts';
import { simulatedTopics } from '../../runtime/generator/simulated-topics.ts';
import { KafkaAdmin } from '../../runtime/kafka/admin.ts';
import { startLogReader } from '../../runtime/kafka/log-reader.ts';
import type { LogRecord } from '../../runtime/kafka/record-batch.ts';
import { startTestBroker, type TestBroker } from '../support/broker.ts';
import { eventually } from '../support/eventually.ts';
import { silentLogger } from '../support/pipeline.ts';
import { monday, settings, simulate } from './support.ts';

const users = 2000;
const growthRate = 2;
const days = 7;
const windowSeconds = days * 86_400;
const expected = simulate({
  settings: settings({ users, growthRate }),
  catalogue: { type: 'synthetic', size: 10_000 },
  days,
});

let kafka: TestBroker;
let folder: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  kafka = await startTestBroker();
  folder = mkdtempSync(join(tmpdir(), 'beatflow-generate-'));
  const admin = await KafkaAdmin.connect({ brokers: [kafka.broker.address], clientId: 'test' }, silentLogger);
  await admin.ensureTopics(
    Object.fromEntries(simulatedTopics.map((name) => [name, topics[name].partitions])),
  );
  await admin.disconnect();
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  await kafka.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts `beatflow generate` over the window of {@link expected}, with a checkpoint. */
function startGenerator(...more: string[]): ChildProcess {
  const window = [
    '-s',
    new Date(monday).toISOString(),
    '-e',
    new Date(monday + days * 86_400_000).toISOString(),
  ];
  const child = spawn(
    process.execPath,
    [
      'runtime/cli.ts',
      'generate',
      '-n',
      `${users}`,
      '-g',
      `${growthRate}`,
      ...window,
      '--state',
      folder,
      ...more,
    ],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, BEATFLOW_KAFKA_BROKERS: kafka.broker.address },
    },
  );
  children.push(child);
  return child;
}

async function exitCode(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

/** A number of the checkpoint; 0 where there is none yet. */
function checkpointed(field: 'safeUntil' | 'startMs'): number {
  try {
    return (
      JSON.parse(readFileSync(join(folder, 'checkpoint.json'), 'utf8')) as Record<typeof field, number>
    )[field];
  } catch {
    return 0;
  }
}

/** Seconds of the window that the checkpoint says are safe. */
const safeUntil = () => checkpointed('safeUntil');
const startMs = () => checkpointed('startMs');

/** Everything in the broker, by topic and partition, in order. */
async function readEverything(): Promise<Map<TopicName, LogRecord[][]>> {
  const connection = { brokers: [kafka.broker.address], clientId: 'test' };
  const admin = await KafkaAdmin.connect(connection, silentLogger);
  const wanted = new Map<string, number>();
  const read = new Map<TopicName, LogRecord[][]>();
  for (const topic of simulatedTopics) {
    const logs = await admin.partitionLogs(topic);
    for (const { partition, end } of logs) wanted.set(`${topic} ${partition}`, end);
    read.set(
      topic,
      logs.map(() => []),
    );
  }
  await admin.disconnect();
  const seen = new Map<string, number>();
  const reader = await startLogReader({
    connection,
    groupId: `test-${Date.now()}`,
    topics: simulatedTopics,
    logger: silentLogger,
    handler: {
      assigned: () => undefined,
      batch: async ({ topic, partition, records, fetchedOffset }) => {
        read.get(topic as TopicName)?.[partition]?.push(...records);
        const next = (records.at(-1)?.offset ?? fetchedOffset - 1) + 1;
        seen.set(`${topic} ${partition}`, next);
        return next;
      },
      failed: (error) => {
        throw error;
      },
    },
  });
  await eventually('everything is read', async () =>
    [...wanted].every(([name, end]) => end === 0 || (seen.get(name) ?? 0) >= end),
  );
  await reader.stop();
  return read;
}

/** Compares the broker's contents with the events that the run must give: none missing, repeats equal, order kept. */
async function expectTheWholeRun(): Promise<number> {
  const read = await readEverything();
  let repeats = 0;
  for (const topic of simulatedTopics) {
    const codec = messageCodec(topic);
    const firsts: string[] = [];
    for (const records of read.get(topic) ?? []) {
      const known = new Set<string>();
      const lastByKey = new Map<string, number>();
      let outOfOrder = 0;
      let wrongKeys = 0;
      for (const { key, value } of records) {
        const message = (value as Buffer).toString('base64');
        if (known.has(message)) {
          repeats++;
          continue;
        }
        known.add(message);
        const event = codec.decode(value as Buffer);
        const id = String(event.userId ?? event.sessionId);
        if (key?.toString() !== id) wrongKeys++;
        if (event.ts < (lastByKey.get(id) ?? 0)) outOfOrder++;
        lastByKey.set(id, event.ts);
      }
      expect({ topic, outOfOrder, wrongKeys }).toEqual({ topic, outOfOrder: 0, wrongKeys: 0 });
      firsts.push(...known);
    }
    const all = (expected.messages.get(topic) ?? []).map((message) => message.toString('base64'));
    expect(firsts.length).toBe(all.length);
    expect(new Set(firsts)).toEqual(new Set(all));
  }
  return repeats;
}

test('killed with -9 again and again it goes on without a hole; what it sends twice is the same', async () => {
  for (const target of [1, 150_000, 400_000]) {
    const child = startGenerator();
    await eventually('the checkpoint advances', async () => safeUntil() > target || child.exitCode !== null);
    child.kill('SIGKILL');
    await exitCode(child);
    expect(child.signalCode).toBe('SIGKILL');
  }
  expect(safeUntil()).toBeLessThan(windowSeconds);
  expect(await exitCode(startGenerator('--workers', '2'))).toBe(0);
  await expectTheWholeRun();
  const { events } = JSON.parse(readFileSync(join(folder, 'checkpoint.json'), 'utf8')) as {
    events: Record<TopicName, number>;
  };
  const counts = Object.fromEntries(
    simulatedTopics.map((name) => [name, expected.messages.get(name)?.length]),
  );
  expect(events).toEqual(counts);
});

test('a broker that dies makes it wait, and it goes on when the broker is back', async () => {
  const child = startGenerator();
  await eventually('the checkpoint advances', async () => safeUntil() > 50_000 || child.exitCode !== null);
  await kafka.crashAndRestart();
  expect(safeUntil()).toBeLessThan(windowSeconds);
  expect(await exitCode(child)).toBe(0);
  await expectTheWholeRun();
});

test('asked to stop, it ends before its window does, and a second start sends nothing twice', async () => {
  const child = startGenerator();
  await eventually('the checkpoint advances', async () => safeUntil() > 0 || child.exitCode !== null);
  child.kill('SIGTERM');
  expect(await exitCode(child)).toBe(0);
  expect(safeUntil()).toBeLessThan(windowSeconds);
  expect(await exitCode(startGenerator())).toBe(0);
  expect(await expectTheWholeRun()).toBe(0);
});

test('asked to stop while the broker is away, it ends all the same, and says how far it was', async () => {
  const child = spawn(
    process.execPath,
    ['runtime/cli.ts', 'generate', '-n', '200000', '--from', '0.05', '--state', folder],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, BEATFLOW_KAFKA_BROKERS: kafka.broker.address },
    },
  );
  children.push(child);
  const behind = () => Date.now() - (startMs() + safeUntil() * 1000);
  await eventually('it is live', async () => safeUntil() > 0 && behind() < 3000);
  await kafka.broker.kill();
  await eventually('it waits for the broker', async () => behind() > 5000);
  child.kill('SIGTERM');
  await eventually('it ends', async () => child.exitCode !== null || child.signalCode !== null);
  expect(child.exitCode).toBe(0);
});
