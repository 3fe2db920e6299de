/** Spark reads from a broker with TLS, users and rights, as the user `consumer` with what provisioning gives it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { messageCodec } from '../../runtime/contract/message.ts';
import { KafkaAdmin } from '../../runtime/kafka/admin.ts';
import { kafkaConnection } from '../../runtime/kafka/config.ts';
import { connectProducer } from '../../runtime/kafka/producer.ts';
import { auditLake } from '../../runtime/lake/audit.ts';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';
import { readConfig } from '../../runtime/program/config.ts';
import { provision } from '../../runtime/provision/command.ts';
import { provisionVariables } from '../../runtime/provision/config.ts';
import { listenEvent } from '../support/events.ts';
import { silentLogger } from '../support/pipeline.ts';
import { runJobIn } from './job.ts';
import { type SecuredBroker, startSecuredBroker } from './secured-broker.ts';

const limitMs = 600_000;
const group = 'beatflow-consumer';
const folder = mkdtempSync(join(tmpdir(), 'beatflow-secured-'));
let broker: SecuredBroker;

const as = (user: 'admin' | 'generator' | 'consumer') => ({
  BEATFLOW_KAFKA_BROKERS: broker.address,
  BEATFLOW_KAFKA_SECURITY: 'scram',
  BEATFLOW_KAFKA_CA_FILE: broker.caFile,
  BEATFLOW_KAFKA_CREDENTIALS_FILE: broker.credentials(user),
});

beforeAll(async () => {
  broker = await startSecuredBroker(join(folder, 'kafka'));
  const config = readConfig(provisionVariables, as('admin'));
  for (const deadline = Date.now() + 120_000; ; await delay(500)) {
    try {
      await provision(config, { logger: silentLogger });
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}, limitMs);
afterAll(async () => {
  await broker.stop();
  rmSync(folder, { recursive: true });
});

test(
  'the records are in the lake, and Kafka knows how far',
  async () => {
    const connection = kafkaConnection(readConfig(provisionVariables, as('generator')), 'test');
    const producer = await connectProducer(connection, { logger: silentLogger });
    const codec = messageCodec('listen_events');
    const messages = Array.from({ length: 300 }, (_, sessionId) => ({
      key: String(sessionId),
      value: codec.encode(listenEvent({ sessionId, ts: Date.UTC(2026, 2, 3) })),
    }));
    await producer.send('listen_events', messages);
    await producer.disconnect();

    const lake = join(folder, 'lake');
    const log = join(folder, 'spark.log');
    const { ended } = runJobIn(log, { drain: true, environment: { ...as('consumer'), BEATFLOW_LAKE: lake } });
    const code = await ended;
    const said = readFileSync(log, 'utf8');
    expect([code, said]).toEqual([0, expect.not.stringContaining('Kafka did not take the offsets')]);
    expect(said).not.toContain('pass"word');
    const { faults, chains } = await auditLake(new LocalDiskStore(lake), { contents: true });
    expect(faults).toEqual([]);
    expect(chains.reduce((sum, { rows }) => sum + rows, 0)).toBe(300);

    const admin = await KafkaAdmin.connect(
      kafkaConnection(readConfig(provisionVariables, as('admin')), 'test'),
      silentLogger,
    );
    const committed = await admin.committedOffsets(group, 'listen_events');
    await admin.disconnect();
    expect(committed.reduce((sum, { offset }) => sum + offset, 0)).toBe(300);
  },
  limitMs,
);
