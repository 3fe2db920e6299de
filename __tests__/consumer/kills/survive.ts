import { setTimeout as delay } from 'node:timers/promises';
import { Storage } from '@google-cloud/storage';
import { messageCodec } from '../../../runtime/contract/message.ts';
import { connectProducer } from '../../../runtime/kafka/producer.ts';
import { auditLake } from '../../../runtime/lake/audit.ts';
import { chainTail } from '../../../runtime/lake/commit-chain.ts';
import { clientOptions, GcsStore } from '../../../runtime/lake/gcs-store.ts';
import { logName } from '../../../runtime/lake/paths.ts';
import type { ChildProgram } from '../../../runtime/local/child-program.ts';
import { startEmulator } from '../../lake/gcs/emulator.ts';
import { type Fault, FaultProxy } from '../../lake/gcs/fault-proxy.ts';
import { startTestBroker } from '../../support/broker.ts';
import { listenEvent } from '../../support/events.ts';
import { eventually } from '../../support/eventually.ts';
import { contractPartitions, silentLogger, TestPipeline } from '../../support/pipeline.ts';
import { Random } from '../simulation/random.ts';

/** What a group of consumers has to live through. */
interface Ordeal {
  /** Decides who is killed and when, and which requests to the store go wrong. */
  readonly seed: number;
  /** Consumers that are killed, at least. */
  readonly kills: number;
  /** Consumers in the group, over six partitions. */
  readonly processes: number;
  /** Most that are killed at one time. */
  readonly killedAtOnce: number;
  /** The broker goes, by a signal and by a crash in turns, after every so many rounds of kills; 0 for never. */
  readonly brokerEveryRounds: number;
  /** How long members then come and go each second, milliseconds. */
  readonly stormMs: number;
  /** How long the broker then is away, milliseconds; 0 for not at all. */
  readonly awayMs: number;
}

/** What came of it. */
export interface Survival {
  readonly kills: number;
  readonly brokerRestarts: number;
  readonly comings: number;
  readonly requests: number;
  readonly faultyRequests: number;
  readonly produced: number;
  /** Rows in the lake; each has been compared with its coordinates. */
  readonly rows: number;
  /** By partition, the end of Kafka's log and of the lake's chain. */
  readonly ends: readonly { readonly log: number; readonly lake: number }[];
  /** What the audit of all the lake's content found. */
  readonly auditFaults: readonly unknown[];
  readonly seconds: number;
}

const topic = 'listen_events';
const bucket = 'beatflow-kills';
const partitions = 6;
const recordsPerSend = 100;
const sendEveryMs = 100;
/** How long a step may take on a busy machine. */
const patienceMs = 240_000;

const faults: readonly Fault[] = [
  { kind: 'status', status: 503 },
  { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
  { kind: 'status', status: 408 },
  { kind: 'status', status: 401 },
  { kind: 'reset before' },
  { kind: 'reset after' },
  { kind: 'truncated' },
  { kind: 'slow', ms: 300 },
];
/** Of a hundred requests to the store, those that go wrong. */
const faultyPercent = 4;

/**
 * Lets consumers live through an ordeal with a real broker and an emulator of Cloud Storage behind a proxy that does
 * some requests wrong, and compares what is in the lake then with what is in Kafka.
 */
export async function survive(ordeal: Ordeal, progress: (line: string) => void): Promise<Survival> {
  const started = performance.now();
  const random = new Random(ordeal.seed);
  const proxy = new FaultProxy();
  const emulator = await startEmulator(bucket, () => proxy.listen());
  proxy.forwardTo(emulator.port);
  const kafka = await startTestBroker();
  const address = kafka.broker.address;
  const pipeline = await TestPipeline.create(address, { ...contractPartitions, [topic]: partitions });
  const producer = await connectProducer({ brokers: [address], clientId: 'test' }, { logger: silentLogger });
  const apiEndpoint = `http://127.0.0.1:${proxy.port}`;
  const store = new GcsStore({
    bucket,
    prefix: 'lake/',
    newClient: async () => new Storage({ ...clientOptions, apiEndpoint, projectId: 'test' }),
  });
  const environment = { BEATFLOW_LAKE: `gs://${bucket}/lake`, STORAGE_EMULATOR_HOST: apiEndpoint };
  const group: ChildProgram[] = [];
  let comings = 0;
  const come = async () => {
    comings++;
    group.push(await pipeline.startConsumer(environment));
  };
  const leaving = () => group.splice(random.below(group.length), 1)[0] as ChildProgram;

  const codec = messageCodec(topic);
  let produced = 0;
  let producing = true;
  const send = async () => {
    while (producing) {
      const first = produced;
      const messages = Array.from({ length: recordsPerSend }, (_, index) => {
        const sessionId = first + index;
        const ts = Date.UTC(2026, 10, 19) + (sessionId % 3) * 3_600_000 + sessionId;
        return { key: String(sessionId % 997), value: codec.encode(listenEvent({ ts, sessionId })) };
      });
      produced += recordsPerSend;
      await producer.send(topic, messages);
      await delay(sendEveryMs);
    }
  };
  const commits = async () => {
    let count = 0;
    for await (const _ of store.list('_commits/')) count++;
    return count;
  };
  const awaitCommit = async () => {
    const before = await commits();
    await eventually('the group commits again', async () => (await commits()) > before, patienceMs);
  };

  let faultyRequests = 0;
  let kills = 0;
  let brokerRestarts = 0;
  const sending = send();
  try {
    for (let process = 0; process < ordeal.processes; process++) await come();
    proxy.chance = () => {
      if (!random.chance(faultyPercent / 100)) return undefined;
      faultyRequests++;
      return random.pick(faults);
    };
    for (let round = 1; kills < ordeal.kills; round++) {
      await awaitCommit();
      await delay(random.below(800));
      const now = Math.min(1 + random.below(ordeal.killedAtOnce), ordeal.kills - kills);
      for (let killed = 0; killed < now; killed++) {
        leaving().kill();
        kills++;
        await come();
      }
      if (ordeal.brokerEveryRounds > 0 && round % ordeal.brokerEveryRounds === 0) {
        if (brokerRestarts++ % 2 === 0) await kafka.restart();
        else await kafka.crashAndRestart();
      }
      progress(
        `${kills} consumers killed, ${brokerRestarts} restarts of the broker, ${produced} records sent`,
      );
    }
    const stormEnd = performance.now() + ordeal.stormMs;
    while (performance.now() < stormEnd) {
      await come();
      await delay(random.below(1000));
      await leaving().stop();
    }
    if (ordeal.awayMs > 0) {
      await kafka.crashAndRestart(ordeal.awayMs);
      brokerRestarts++;
      progress(`the broker was away for ${ordeal.awayMs / 1000} s`);
    }
    await awaitCommit();
    producing = false;
    await sending;
    progress(`${produced} records sent; the lake catches up`);

    const log = logName(await pipeline.admin.clusterId(), 1);
    const logs = await pipeline.admin.partitionLogs(topic);
    const tails = () => Promise.all(logs.map(({ partition }) => chainTail(store, { log, topic, partition })));
    const isWhole = async () =>
      (await tails()).every((tail, index) => (tail?.nextOffset ?? 0) >= (logs[index]?.end ?? 0));
    await eventually('the lake has all', isWhole, patienceMs);
    await Promise.all(group.map((consumer) => consumer.stop()));
    proxy.chance = () => undefined;
    const lake = (await tails()).map((tail) => tail?.nextOffset ?? 0);
    const audit = await auditLake(store, { contents: true });
    return {
      kills,
      brokerRestarts,
      comings,
      requests: proxy.requests.length,
      faultyRequests,
      produced,
      rows: audit.chains.reduce((sum, { rows }) => sum + rows, 0),
      ends: logs.map(({ end }, index) => ({ log: end, lake: lake[index] as number })),
      auditFaults: audit.faults,
      seconds: (performance.now() - started) / 1000,
    };
  } finally {
    producing = false;
    for (const consumer of group) consumer.kill();
    await producer.disconnect();
    await pipeline.remove();
    await kafka.remove();
    await proxy.close();
    await emulator.stop();
  }
}
