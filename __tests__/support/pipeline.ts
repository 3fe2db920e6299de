import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TopicName } from '../../runtime/contract/topics.ts';
import { topicNames, topics } from '../../runtime/contract/topics.ts';
import { KafkaAdmin } from '../../runtime/kafka/admin.ts';
import { chainTail, listChains, readChain } from '../../runtime/lake/commit-chain.ts';
import type { CommitRecord } from '../../runtime/lake/commit-record.ts';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';
import { logName } from '../../runtime/lake/paths.ts';
import type { LoadSummary } from '../../runtime/loader/load.ts';
import { type ChildProgram, startProgram } from '../../runtime/local/child-program.ts';
import { createLogger } from '../../runtime/program/logger.ts';
import { openDuckDbFile, queryRows } from '../../runtime/warehouse/duckdb-file.ts';
import type { HourRange } from '../../runtime/warehouse/raw/warehouse.ts';
import { eventually } from './eventually.ts';
import { loadWarehouse } from './load.ts';

/** A log that nobody reads. */
export const silentLogger = createLogger('test', { write: () => undefined });

/** The topics with the partitions that they have by default. */
export const contractPartitions = Object.fromEntries(
  topicNames.map((topic) => [topic, topics[topic].partitions]),
);

/** A lake, a warehouse and consumers in a temporary folder, fed by a given broker. */
export class TestPipeline {
  readonly folder: string;
  readonly store: LocalDiskStore;
  readonly admin: KafkaAdmin;
  readonly #address: string;
  #consumers = 0;

  private constructor(folder: string, address: string, admin: KafkaAdmin) {
    this.folder = folder;
    this.store = new LocalDiskStore(join(folder, 'lake'));
    this.#address = address;
    this.admin = admin;
  }

  /** Creates the contract's topics on the broker where they are missing, unless told which. */
  static async create(
    address: string,
    partitions: Readonly<Record<string, number>> = contractPartitions,
  ): Promise<TestPipeline> {
    const admin = await KafkaAdmin.connect({ brokers: [address], clientId: 'test' }, silentLogger);
    await admin.ensureTopics(partitions);
    return new TestPipeline(await mkdtemp(join(tmpdir(), 'beatflow-pipeline-')), address, admin);
  }

  /** Starts a consumer as a process of its own. */
  startConsumer(
    environment: Readonly<Record<string, string>> = {},
    args: readonly string[] = [],
  ): Promise<ChildProgram> {
    const name = `consumer-${++this.#consumers}`;
    return startProgram({
      name,
      module: resolve('runtime/cli.ts'),
      args: ['consume', ...args],
      logFile: join(this.folder, `${name}.log`),
      environment: {
        BEATFLOW_KAFKA_BROKERS: this.#address,
        BEATFLOW_LAKE: join(this.folder, 'lake'),
        BEATFLOW_COMMIT_INTERVAL_SECONDS: '0.5',
        BEATFLOW_CONSUMER_GROUP: `test-${this.folder}`,
        BEATFLOW_HEALTH_PORT: '0',
        ...environment,
      },
    });
  }

  /** Waits until the chain of each partition of a topic ends where Kafka's log does. */
  async awaitLake(topic: TopicName, deadlineMs?: number): Promise<void> {
    const log = logName(await this.admin.clusterId(), 1);
    const ends = await this.admin.partitionLogs(topic);
    await eventually(
      `the lake has all of ${topic}`,
      async () => {
        const tails = await Promise.all(
          ends.map(({ partition }) => chainTail(this.store, { log, topic, partition })),
        );
        return ends.every(({ end }, index) => end === 0 || tails[index]?.nextOffset === end);
      },
      deadlineMs,
    );
  }

  /** All commit records of a topic, each chain checked to be without gaps. */
  async commits(topic: TopicName): Promise<CommitRecord[]> {
    const records: CommitRecord[] = [];
    for (const key of await listChains(this.store)) {
      if (key.topic !== topic) continue;
      for await (const record of readChain(this.store, key)) records.push(record);
    }
    return records;
  }

  /** Runs the loader over the lake. */
  load(range?: HourRange): Promise<LoadSummary> {
    const { store } = this;
    return loadWarehouse({ store, range, path: this.#duckDbPath, lakeFolder: join(this.folder, 'lake') });
  }

  /** Runs a query on the warehouse. */
  async query<Row>(sql: string): Promise<Row[]> {
    const file = await openDuckDbFile(this.#duckDbPath);
    try {
      return await queryRows<Row>(file.connection, sql);
    } finally {
      file.close();
    }
  }

  get #duckDbPath(): string {
    return join(this.folder, 'warehouse.duckdb');
  }

  async remove(): Promise<void> {
    await this.admin.disconnect();
    await rm(this.folder, { recursive: true, force: true });
  }
}
