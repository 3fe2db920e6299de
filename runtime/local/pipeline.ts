import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { topicNames, topics } from '../contract/topics.ts';
import { KafkaAdmin } from '../kafka/admin.ts';
import { chainTail } from '../lake/commit-chain.ts';
import { LocalDiskStore } from '../lake/local-disk-store.ts';
import { logName } from '../lake/paths.ts';
import { SetupError } from '../program/errors.ts';
import type { Logger } from '../program/logger.ts';
import { type ChildProgram, runCommand, runToEnd, startProgram } from './child-program.ts';
import type { LocalConfig } from './config.ts';
import { freePort } from './free-port.ts';
import { type KafkaBroker, startKafkaBroker } from './kafka-broker.ts';
import { countEverywhere, type TopicCounts } from './reconcile.ts';
import type { InstalledTools, StateFolder } from './state-folder.ts';

/** Polls of the lake, 200 ms apart, between two requests to the consumer to commit what it has. */
const pollsPerCommitRequest = 5;

/** How far the generator is. */
interface GeneratorProgress {
  readonly phase: 'backfill' | 'live';
  /** Of the backfill, 0 to 1. */
  readonly fraction: number;
  /** Events by topic that the broker acknowledged since the window's start, repeats not counted. */
  readonly events: Readonly<Record<string, number>>;
  readonly eventsPerSecond: number;
}

/** What the last load brought. */
interface LoadResult {
  readonly hours: number;
  readonly rows: number;
}

interface LocalPipelineProps {
  readonly config: LocalConfig;
  readonly state: StateFolder;
  readonly tools: InstalledTools;
  readonly logger: Logger;
  /** Aborted when the pipeline is to stop. */
  readonly stop: AbortSignal;
}

/** The pipeline's parts on one machine, started one by one and stopped in the opposite order. */
export class LocalPipeline {
  readonly #props: LocalPipelineProps;
  #broker: KafkaBroker | undefined;
  #brokers: readonly string[] = [];
  #admin: KafkaAdmin | undefined;
  #consumer: ChildProgram | undefined;
  #generator: ChildProgram | undefined;
  #dashboard: ChildProgram | undefined;
  #progress: GeneratorProgress | undefined;

  constructor(props: LocalPipelineProps) {
    this.#props = props;
  }

  /** The generator's last report. */
  get progress(): GeneratorProgress | undefined {
    return this.#progress;
  }

  /** Starts the broker, unless brokers are given, and creates the topics; resolves with its address. */
  async startBroker(): Promise<string> {
    const { config, state, tools, logger } = this.#props;
    if (config.kafkaBrokers) {
      this.#brokers = config.kafkaBrokers;
    } else {
      this.#broker = await startKafkaBroker({
        folder: state.kafka,
        jars: tools.kafkaJars,
        port: config.kafkaPort,
      });
      this.#brokers = [this.#broker.address];
    }
    this.#admin = await KafkaAdmin.connect({ brokers: this.#brokers, clientId: 'beatflow-local' }, logger);
    await this.#admin.ensureTopics(
      Object.fromEntries(topicNames.map((topic) => [topic, topics[topic].partitions])),
    );
    return this.#brokers.join(',');
  }

  async startConsumer(): Promise<void> {
    this.#consumer = await this.#start('consumer', ['consume'], {
      BEATFLOW_COMMIT_INTERVAL_SECONDS: String(this.#props.config.commitIntervalSeconds),
      BEATFLOW_HEALTH_PORT: '0',
    });
  }

  /**
   * Starts the generator and resolves when the backfill is acknowledged by the broker.
   * @param live whether it goes on at the wall clock after the backfill
   */
  async generate(live: boolean, onProgress: (progress: GeneratorProgress) => void): Promise<void> {
    const { config, state } = this.#props;
    const done = Promise.withResolvers<void>();
    this.#generator = await this.#start(
      'generator',
      ['generate'],
      {
        BEATFLOW_USERS: String(config.users),
        BEATFLOW_SEED: String(config.seed),
        BEATFLOW_BACKFILL_DAYS: String(config.backfillDays),
        BEATFLOW_GENERATOR_STATE: state.generator,
        BEATFLOW_LIVE: live ? 'yes' : 'no',
      },
      (report) => {
        if (report.type === 'progress') {
          this.#progress = report as unknown as GeneratorProgress;
          onProgress(this.#progress);
        }
        if (report.type === 'backfill-done') {
          this.#progress = {
            ...(this.#progress ?? { phase: 'backfill', eventsPerSecond: 0 }),
            fraction: 1,
            events: report.events as Record<string, number>,
          };
          done.resolve();
        }
      },
    );
    await Promise.race([done.promise, this.#generator.ended.then(() => done.promise), this.#consumer?.ended]);
    this.#props.stop.throwIfAborted();
  }

  /** Waits until the lake has everything that is in Kafka now; resolves with the records the lake then has. */
  async awaitLake(onProgress: (done: number, total: number) => void): Promise<number> {
    const { state, stop } = this.#props;
    const admin = this.#connectedAdmin();
    const store = new LocalDiskStore(state.lake);
    const log = logName(await admin.clusterId(), 1);
    const ends = await Promise.all(
      topicNames.map(async (topic) =>
        (await admin.partitionLogs(topic)).map((entry) => ({ topic, ...entry })),
      ),
    );
    const targets = ends.flat().filter(({ start, end }) => end > start);
    const total = targets.reduce((sum, { end }) => sum + end, 0);
    for (let poll = 0; ; poll++) {
      // Records that are still being read come with a later request.
      if (poll % pollsPerCommitRequest === 0) this.#consumer?.request('commit');
      const reached = await Promise.all(
        targets.map(async ({ topic, partition, start, end }) => {
          const tail = await chainTail(store, { log, topic, partition });
          return Math.min(end, tail?.nextOffset ?? start);
        }),
      );
      const done = reached.reduce((sum, offset) => sum + offset, 0);
      onProgress(done, total);
      if (done === total) return total;
      await Promise.race([delay(200, undefined, { signal: stop }), this.#consumer?.ended]);
    }
  }

  /** Loads what the lake has new into the warehouse. */
  async load(onProgress: (done: number, total: number) => void): Promise<LoadResult> {
    let result: LoadResult = { hours: 0, rows: 0 };
    await this.#run('loader', ['load'], (report) => {
      if (report.type === 'progress') onProgress(Number(report.done), Number(report.total));
      if (report.type === 'summary') result = report.summary as LoadResult;
    });
    return result;
  }

  /** Builds and tests the dbt project. */
  async buildModels(): Promise<void> {
    const { tools, state, stop } = this.#props;
    await runCommand(
      {
        name: 'dbt',
        command: tools.dbt,
        args: ['build', '--project-dir', tools.dbtProject, '--profiles-dir', tools.dbtProject],
        environment: {
          ...this.#environment(),
          DBT_TARGET_PATH: state.dbtTarget,
          DBT_LOG_PATH: state.logs,
          DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
          DO_NOT_TRACK: '1',
        },
        logFile: join(state.logs, 'dbt-build.log'),
      },
      stop,
    );
  }

  /** Publishes the marts as an immutable version that the page reads. */
  publishMarts(): Promise<void> {
    return this.#run('publisher', ['publish']);
  }

  /** Starts the page; resolves with its address. */
  async startDashboard(): Promise<string> {
    const listening = Promise.withResolvers<string>();
    this.#dashboard = await this.#start(
      'dashboard',
      ['dashboard'],
      { BEATFLOW_DASHBOARD_PORT: String(await freePort(this.#props.config.dashboardPort)) },
      (report) => {
        if (report.type === 'listening') listening.resolve(String(report.url));
      },
    );
    await Promise.race([listening.promise, this.#dashboard.ended]);
    return listening.promise;
  }

  /** Counts every topic's events in each place. */
  counts(): Promise<readonly TopicCounts[]> {
    const { state } = this.#props;
    return countEverywhere({
      admin: this.#connectedAdmin(),
      store: new LocalDiskStore(state.lake),
      duckDbPath: state.duckDbPath,
      generated: this.#progress?.events,
    });
  }

  /** Rejects when a part that must keep running has ended. */
  async watch(): Promise<never> {
    const parts = [this.#consumer, this.#generator, this.#dashboard].flatMap((part) => part ?? []);
    await Promise.race([
      ...parts.map(async ({ name, ended }) => {
        await ended;
        throw new SetupError('child_failed', `${name} has ended`);
      }),
      ...(this.#broker ? [this.#broker.ended] : []),
    ]);
    throw new SetupError('child_failed', 'the Kafka broker has ended');
  }

  /** Stops what runs: producers first, the broker last. */
  async stop(): Promise<void> {
    await Promise.all([this.#generator?.stop(), this.#dashboard?.stop()]);
    await this.#consumer?.stop();
    await this.#admin?.disconnect();
    await this.#broker?.stop();
  }

  #connectedAdmin(): KafkaAdmin {
    if (!this.#admin) throw new Error('the broker is not started');
    return this.#admin;
  }

  #environment(): Record<string, string> {
    const { state, tools } = this.#props;
    return {
      BEATFLOW_KAFKA_BROKERS: this.#brokers.join(','),
      BEATFLOW_LAKE: state.lake,
      BEATFLOW_DUCKDB_PATH: state.duckDbPath,
      BEATFLOW_DUCKDB_AVRO_EXTENSION: tools.avroExtension,
      BEATFLOW_MARTS: state.marts,
    };
  }

  #start(
    name: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
    onReport?: (report: Record<string, unknown>) => void,
  ): Promise<ChildProgram> {
    const { tools, state } = this.#props;
    return startProgram({
      name,
      module: tools.cli,
      args,
      environment: { ...this.#environment(), ...environment },
      logFile: join(state.logs, `${name}.log`),
      ...(onReport ? { onReport } : {}),
    });
  }

  #run(
    name: string,
    args: readonly string[],
    onReport?: (report: Record<string, unknown>) => void,
  ): Promise<void> {
    const { tools, state, stop } = this.#props;
    return runToEnd(
      {
        name,
        module: tools.cli,
        args,
        environment: this.#environment(),
        logFile: join(state.logs, `${name}.log`),
        ...(onReport ? { onReport } : {}),
      },
      stop,
    );
  }
}
