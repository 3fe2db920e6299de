import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { FillProps } from '../../bench/consumer/fill.ts';
import { messageCodec } from '../../runtime/contract/message.ts';
import { topicNames } from '../../runtime/contract/topics.ts';
import { connectProducer } from '../../runtime/kafka/producer.ts';
import { auditLake } from '../../runtime/lake/audit.ts';
import { readAvroFile } from '../../runtime/lake/avro-reader.ts';
import { decodeDeadLetters } from '../../runtime/lake/dead-letters.ts';
import { sparkLaunch } from '../../runtime/spark/launch.ts';
import { Random } from '../consumer/simulation/random.ts';
import { damage } from '../support/damage.ts';
import { listenEvent } from '../support/events.ts';
import { silentLogger, type TestPipeline } from '../support/pipeline.ts';

/** The job as a process of its own. */
interface RunningJob {
  /** Resolves with the exit code; null after a signal. */
  readonly ended: Promise<number | null>;
  /** Asks it to stop. */
  stop(): void;
  /** Ends it at once and with it the Java machine, as a crash would. */
  kill(): void;
}

/** What a job is told. */
interface JobProps {
  readonly drain: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts the job on a lake, its log in the pipeline's folder. */
export function startJob(
  pipeline: TestPipeline,
  broker: string,
  { drain, environment = {} }: JobProps,
): RunningJob {
  return runJobIn(join(pipeline.folder, 'spark.log'), {
    drain,
    environment: {
      BEATFLOW_KAFKA_BROKERS: broker,
      BEATFLOW_LAKE: join(pipeline.folder, 'lake'),
      BEATFLOW_CONSUMER_GROUP: `test-${pipeline.folder}`,
      ...environment,
    },
  });
}

/** Starts the job; what it says is added to a file. */
export function runJobIn(logFile: string, { drain, environment = {} }: JobProps): RunningJob {
  const launch = sparkLaunch(drain ? ['--drain'] : []);
  const job: ChildProcess = spawn(launch.command, launch.args, {
    // A group of its own, so that the Java machine that it starts can be ended with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...launch.environment,
      ...environment,
    },
  });
  const log = createWriteStream(logFile, { flags: 'a' });
  job.stdout?.pipe(log, { end: false });
  job.stderr?.pipe(log, { end: false });
  return {
    ended: once(job, 'exit').then(([code]) => code as number | null),
    stop: () => void job.kill('SIGTERM'),
    kill: () => process.kill(-(job.pid as number), 'SIGKILL'),
  };
}

/** Runs the job until Kafka's present ends. @throws Error with its log where it fails */
export async function drainWithSpark(
  pipeline: TestPipeline,
  broker: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const code = await startJob(pipeline, broker, { drain: true, environment }).ended;
  if (code !== 0) throw new Error(await readFile(join(pipeline.folder, 'spark.log'), 'utf8'));
}

/** Fills all topics with the generator's output, about so many records, and damaged messages among the last. */
export async function fillTopics(broker: string, users: number, damaged: number): Promise<number> {
  const props: FillProps = { broker, users, format: 'avro' };
  const { stdout } = await promisify(execFile)(process.execPath, [
    resolve('bench/consumer/fill.ts'),
    JSON.stringify(props),
  ]);
  const producer = await connectProducer({ brokers: [broker], clientId: 'test' }, { logger: silentLogger });
  const random = new Random(7);
  let sent = 0;
  for (const topic of topicNames) {
    const whole = messageCodec(topic).encode({
      ...listenEvent(),
      page: 'Home',
      method: 'GET',
      status: 200,
      success: true,
      newLevel: 'paid',
    } as never);
    const messages = Array.from({ length: damaged }, (_, index) => ({
      key: String(index),
      // A message without a value cannot be sent by this producer; an empty one is the same letter.
      value: damage(random, whole) ?? Buffer.alloc(0),
    }));
    await producer.send(topic, messages);
    sent += messages.length;
  }
  await producer.disconnect();
  return Number(stdout) + sent;
}

/** What a lake holds, by coordinates: each row whole, and each dead letter but for its free text, in one order. */
export interface LakeContents {
  readonly rows: ReadonlyMap<string, string>;
  readonly letters: ReadonlyMap<string, string>;
}

/** Everything that the commit records name. @throws Error where the audit of the lake finds a fault */
export async function readLake(pipeline: TestPipeline): Promise<LakeContents> {
  const { faults } = await auditLake(pipeline.store, { contents: true });
  if (faults.length > 0) throw new Error(faults.join('\n'));
  const rows = new Map<string, string>();
  const letters = new Map<string, string>();
  for (const topic of topicNames) {
    for (const record of await pipeline.commits(topic)) {
      for (const { path, fingerprint, hour } of record.files) {
        const content = (await pipeline.store.read(path)) as Buffer;
        for (const row of readAvroFile(path, content)) {
          const place = `${topic}/${row.kafkaPartition}/${row.kafkaOffset}`;
          rows.set(place, JSON.stringify([fingerprint, hour, row]));
        }
      }
      if (!record.deadLetters) continue;
      const { path } = record.deadLetters;
      for (const letter of decodeDeadLetters(path, (await pipeline.store.read(path)) as Buffer)) {
        const { detail: _, ...rest } = letter;
        letters.set(`${topic}/${letter.partition}/${letter.offset}`, JSON.stringify(rest));
      }
    }
  }
  return { rows, letters };
}
