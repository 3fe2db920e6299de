import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type KafkaBroker, startKafkaBroker } from '../../runtime/local/kafka-broker.ts';

/** Where the bootstrap put Apache Kafka's jars. */
export const kafkaJars = resolve('.beatflow/tools/kafka');

/** A real broker with fresh data in a temporary folder. */
export interface TestBroker {
  readonly broker: KafkaBroker;
  /** Ends the broker as a crash would and starts it on the same data and port, after having been away, ms. */
  crashAndRestart(awayMs?: number): Promise<void>;
  /** Asks the broker to stop and starts it on the same data and port. */
  restart(): Promise<void>;
  remove(): Promise<void>;
}

/** Starts a real broker for a test suite. */
export async function startTestBroker(): Promise<TestBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'beatflow-kafka-'));
  let broker = await startKafkaBroker({ folder, jars: kafkaJars, port: 0 });
  const startAgain = async () => {
    const port = Number(broker.address.split(':')[1]);
    broker = await startKafkaBroker({ folder, jars: kafkaJars, port });
  };
  return {
    get broker() {
      return broker;
    },
    async crashAndRestart(awayMs = 0) {
      await broker.kill();
      await delay(awayMs);
      await startAgain();
    },
    async restart() {
      await broker.stop();
      await startAgain();
    },
    async remove() {
      await broker.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
