import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KafkaAdmin } from '../../runtime/kafka/admin.ts';
import { freePort } from '../../runtime/local/free-port.ts';
import { type KafkaBroker, startKafkaBroker } from '../../runtime/local/kafka-broker.ts';
import { clusterIdOf } from '../../runtime/local/kafka-broker-files.ts';
import { kafkaJars } from '../support/broker.ts';
import { silentLogger } from '../support/pipeline.ts';

let root: string;
const running: KafkaBroker[] = [];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'beatflow-broker-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((broker) => broker.kill()));
  await rm(root, { recursive: true, force: true });
});

async function start(name: string, port: number): Promise<KafkaBroker> {
  const broker = await startKafkaBroker({ folder: join(root, name), jars: kafkaJars, port });
  running.push(broker);
  return broker;
}

async function clusterIdAt(address: string): Promise<string> {
  const admin = await KafkaAdmin.connect({ brokers: [address], clientId: 'test' }, silentLogger);
  const id = await admin.clusterId();
  await admin.disconnect();
  return id;
}

test('two brokers that start at once for one port are each reached at an address of their own', async () => {
  const port = await freePort(0);
  const brokers = await Promise.all([start('one', port), start('two', port)]);
  expect(new Set(brokers.map(({ address }) => address)).size).toBe(2);
  expect(await Promise.all(brokers.map(({ address }) => clusterIdAt(address)))).toEqual(
    await Promise.all([clusterIdOf(join(root, 'one')), clusterIdOf(join(root, 'two'))]),
  );
});

test('data is kept between starts, and a broker left behind by a killed run is stopped first', async () => {
  const first = await start('one', 0);
  const admin = await KafkaAdmin.connect({ brokers: [first.address], clientId: 'test' }, silentLogger);
  await admin.ensureTopics({ kept: 2 });
  await admin.disconnect();

  const second = await start('one', 0);
  await first.ended;
  const again = await KafkaAdmin.connect({ brokers: [second.address], clientId: 'test' }, silentLogger);
  expect(await again.partitionLogs('kept')).toHaveLength(2);
  await again.disconnect();
});
