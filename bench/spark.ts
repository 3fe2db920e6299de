/**
 * How Spark drains a backlog of all topics beside the consumer, in one run, from one broker to local disk. The session's
 * processes are sampled from /proc (Linux): processor time and resident memory are those of Python, the Java machine
 * and its workers together.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { lakeFolders } from '../runtime/contract/lake-folders.ts';
import { topics } from '../runtime/contract/topics.ts';
import { KafkaAdmin } from '../runtime/kafka/admin.ts';
import { LocalDiskStore } from '../runtime/lake/local-disk-store.ts';
import { startKafkaBroker } from '../runtime/local/kafka-broker.ts';
import { createLogger } from '../runtime/program/logger.ts';
import { sparkLaunch } from '../runtime/spark/launch.ts';
import type { CaseProps, CaseResult } from './consumer/case.ts';
import type { FillProps } from './consumer/fill.ts';

/** One drain; wall time and the first file count from the start of the process. */
interface Drain {
  readonly name: string;
  readonly records: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakRssMiB: number;
  readonly firstFileSeconds: number;
  readonly files: number;
}

/** Clock ticks of /proc per second, on every Linux. */
const ticksPerSecond = 100;
const pageBytes = 4096;
const mib = 1 << 20;
const sampleMs = 50;
const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const runFile = promisify(execFile);

/** Processor time and resident memory of all processes of a session, those that ended included. */
class SessionUsage {
  readonly #session: number;
  readonly #ticks = new Map<string, number>();
  peakRssMiB = 0;

  constructor(session: number) {
    this.#session = session;
  }

  get cpuSeconds(): number {
    return [...this.#ticks.values()].reduce((sum, ticks) => sum + ticks, 0) / ticksPerSecond;
  }

  async sample(): Promise<void> {
    let pages = 0;
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      // The fields after the command, which may hold anything: state, parent, group, session, …
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(fields[3]) !== this.#session) continue;
      this.#ticks.set(pid, Number(fields[11]) + Number(fields[12]));
      pages += Number(fields[21]);
    }
    this.peakRssMiB = Math.max(this.peakRssMiB, (pages * pageBytes) / mib);
  }
}

async function commitRecords(lake: LocalDiskStore): Promise<number> {
  let records = 0;
  for await (const { path } of lake.list(lakeFolders.commits)) if (path.endsWith('.json')) records++;
  return records;
}

async function drainWithSpark(broker: string, records: number, master: string): Promise<Drain> {
  const folder = await mkdtemp(join(tmpdir(), 'beatflow-bench-lake-'));
  const { command, args, environment } = sparkLaunch(['--drain']);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const job = spawn(command, args, {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      ...environment,
      BEATFLOW_SPARK_MASTER: master,
      BEATFLOW_KAFKA_BROKERS: broker,
      BEATFLOW_LAKE: folder,
      BEATFLOW_CONSUMER_GROUP: 'bench-spark',
    },
  });
  const ended = once(job, 'exit') as Promise<[number | null]>;
  const lake = new LocalDiskStore(folder);
  const usage = new SessionUsage(job.pid as number);
  let firstFileSeconds = 0;
  while (job.exitCode === null && job.signalCode === null) {
    await usage.sample();
    if (firstFileSeconds === 0 && (await commitRecords(lake)) > 0) firstFileSeconds = seconds();
    await Promise.race([ended, delay(sampleMs)]);
  }
  const wallSeconds = seconds();
  const [code] = await ended;
  if (code !== 0) throw new Error(`the Spark job ended with exit code ${code}`);
  let files = 0;
  for (const topic of Object.keys(topics)) for await (const _ of lake.list(`${topic}/`)) files++;
  await rm(folder, { recursive: true });
  const { cpuSeconds, peakRssMiB } = usage;
  return { name: `spark ${master}`, records, wallSeconds, cpuSeconds, peakRssMiB, firstFileSeconds, files };
}

async function drainWithConsumer(broker: string, records: number): Promise<Drain> {
  const props: CaseProps = { kind: 'deflate', json: false, broker, records, commitIntervalSeconds: 2 };
  const { stdout } = await runFile(
    process.execPath,
    [fromHere('./consumer/case.ts'), JSON.stringify(props)],
    { maxBuffer: 1 << 26 },
  );
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as CaseResult;
  return {
    name: 'consumer',
    records,
    wallSeconds: result.wallSeconds + result.processSeconds,
    cpuSeconds: result.cpuSeconds,
    peakRssMiB: result.peakRssMiB,
    firstFileSeconds: result.firstFileSeconds + result.processSeconds,
    files: result.files,
  };
}

function show({ name, records, wallSeconds, cpuSeconds, peakRssMiB, firstFileSeconds, files }: Drain): void {
  const perSecond = (seconds: number) =>
    Math.round(records / seconds)
      .toLocaleString('en')
      .padStart(9);
  console.log(
    `${name.padEnd(14)} ${perSecond(wallSeconds)} records/s, ${perSecond(cpuSeconds)} per CPU s, ` +
      `${wallSeconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} CPU s, peak ${peakRssMiB.toFixed(0)} MiB, ` +
      `first file ${firstFileSeconds.toFixed(1)} s, ${files} files`,
  );
}

/** Measures; `--records 2000000` makes a larger backlog, `--master 'local[4]'` gives Spark other cores. */
export async function run(args: string[]): Promise<unknown> {
  const { values } = parseArgs({
    args,
    options: {
      records: { type: 'string', default: '500000' },
      master: { type: 'string', default: 'local[2]' },
    },
  });
  const folder = await mkdtemp(join(tmpdir(), 'beatflow-bench-kafka-'));
  const broker = await startKafkaBroker({ folder, jars: fromHere('../.beatflow/tools/kafka'), port: 0 });
  try {
    const connection = { brokers: [broker.address], clientId: 'bench' };
    const admin = await KafkaAdmin.connect(connection, createLogger('bench', { write: () => undefined }));
    await admin.ensureTopics(
      Object.fromEntries(Object.entries(topics).map(([name, { partitions }]) => [name, partitions])),
    );
    await admin.disconnect();
    // One simulated listener makes about 4.8 records in a day.
    const fill: FillProps = {
      broker: broker.address,
      users: Math.round(Number(values.records) / 4.8),
      format: 'avro',
    };
    const { stdout } = await runFile(process.execPath, [
      fromHere('./consumer/fill.ts'),
      JSON.stringify(fill),
    ]);
    const records = Number(stdout);
    console.log(`${records.toLocaleString('en')} records in the topics`);
    const consumer = await drainWithConsumer(broker.address, records);
    show(consumer);
    const spark = await drainWithSpark(broker.address, records, values.master);
    show(spark);
    const result = {
      bench: 'spark',
      cases: [consumer, spark],
      ratios: {
        consumerToSparkPerSecond: spark.wallSeconds / consumer.wallSeconds,
        consumerToSparkPerCpuSecond: spark.cpuSeconds / consumer.cpuSeconds,
        sparkToConsumerMemory: spark.peakRssMiB / consumer.peakRssMiB,
      },
    };
    console.log(JSON.stringify(result));
    return result;
  } finally {
    await broker.stop();
    await rm(folder, { recursive: true });
  }
}
