/**
 * How fast the consumer drains a backlog of all topics from a broker on the same machine to local disk, and how much
 * memory it takes, beside a consumer that only reads and counts. A drain ends when the last record is in the lake. Spark's figures are its best runs on an otherwise idle
 * machine with two shared cores (AMD EPYC): Structured Streaming 4.0.0, two million records.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { topics } from '../runtime/contract/topics.ts';
import { KafkaAdmin } from '../runtime/kafka/admin.ts';
import { startKafkaBroker } from '../runtime/local/kafka-broker.ts';
import { createLogger } from '../runtime/program/logger.ts';
import type { CaseProps, CaseResult } from './consumer/case.ts';
import type { FillProps } from './consumer/fill.ts';

/** One measured drain. */
interface ConsumerCase extends CaseResult {
  readonly name: string;
  readonly recordsPerSecond: number;
  readonly recordsPerCpuSecond: number;
}

/** The last line of the bench. */
interface BenchResult {
  readonly bench: 'consumer';
  readonly cases: readonly ConsumerCase[];
  readonly ratios: Readonly<Record<string, number>>;
}

/** Records per processor second and MiB of Spark's jobs: Parquet from JSON, and Avro from JSON. */
const spark = { parquetPerCpuSecond: 30_100, avroPerCpuSecond: 36_500, peakRssMiB: 1405 } as const;
/** Records that one simulated listener makes in a day, about. */
const recordsPerUser = 4.8;

const folderOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const runFile = promisify(execFile);

async function withBroker<T>(measure: (broker: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'beatflow-bench-kafka-'));
  const jars = folderOf('../.beatflow/tools/kafka');
  const broker = await startKafkaBroker({ folder, jars, port: 29_592 });
  try {
    const logger = createLogger('bench', { write: () => undefined });
    const admin = await KafkaAdmin.connect({ brokers: [broker.address], clientId: 'bench' }, logger);
    await admin.ensureTopics(
      Object.fromEntries(Object.entries(topics).map(([name, { partitions }]) => [name, partitions])),
    );
    await admin.disconnect();
    return await measure(broker.address);
  } finally {
    await broker.stop();
    await rm(folder, { recursive: true });
  }
}

async function fill(props: FillProps): Promise<number> {
  const { stdout } = await runFile(process.execPath, [folderOf('./consumer/fill.ts'), JSON.stringify(props)]);
  const records = Number(stdout);
  console.log(`${records.toLocaleString('en')} ${props.format} records in the topics`);
  return records;
}

async function runCase(props: CaseProps): Promise<ConsumerCase> {
  const name = `${props.json ? 'json' : 'avro'} ${props.kind}`;
  const { stdout } = await runFile(
    process.execPath,
    [folderOf('./consumer/case.ts'), JSON.stringify(props)],
    {
      maxBuffer: 1 << 26,
    },
  );
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as CaseResult;
  const measured = {
    name,
    ...result,
    recordsPerSecond: Math.round(result.records / result.wallSeconds),
    recordsPerCpuSecond: Math.round(result.records / result.cpuSeconds),
  };
  const first = props.kind === 'read' ? '' : `first file ${result.firstFileSeconds.toFixed(1)} s, `;
  console.log(
    `${name.padEnd(13)} ${measured.recordsPerSecond.toLocaleString('en').padStart(9)} records/s, ` +
      `${measured.recordsPerCpuSecond.toLocaleString('en').padStart(9)} per CPU s, ${result.wallSeconds.toFixed(1)} s, ` +
      `${result.cpuSeconds.toFixed(1)} CPU s, peak ${result.peakRssMiB.toFixed(0)} MiB ` +
      `(over time ${result.rssMiBOverTime.join(', ')}), ${first}${result.files} files, ${result.lakeMiB.toFixed(0)} MiB`,
  );
  return measured;
}

function ratiosOf(cases: readonly ConsumerCase[]): Record<string, number> {
  const find = (name: string) => cases.find((candidate) => candidate.name === name);
  const ratios: Record<string, number> = {};
  const [ceiling, drain, snappy, json] = ['avro read', 'avro deflate', 'avro snappy', 'json deflate'].map(
    find,
  );
  if (ceiling && drain) ratios.toReadOnlyCeiling = drain.recordsPerSecond / ceiling.recordsPerSecond;
  if (ceiling && drain) ratios.cpuToReadOnlyCeiling = drain.recordsPerCpuSecond / ceiling.recordsPerCpuSecond;
  if (ceiling && snappy) ratios.snappyToReadOnlyCeiling = snappy.recordsPerSecond / ceiling.recordsPerSecond;
  if (drain) ratios.perCpuSecondToSparkAvro = drain.recordsPerCpuSecond / spark.avroPerCpuSecond;
  if (json) ratios.jsonPerCpuSecondToSparkAvro = json.recordsPerCpuSecond / spark.avroPerCpuSecond;
  if (json) ratios.jsonPerCpuSecondToSparkParquet = json.recordsPerCpuSecond / spark.parquetPerCpuSecond;
  if (drain) ratios.memoryToSpark = drain.peakRssMiB / spark.peakRssMiB;
  return ratios;
}

/** Measures; `--records 200000` makes a smaller backlog, `--kinds read,deflate` and `--formats avro` choose some. */
export async function run(args: string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args,
    options: {
      records: { type: 'string', default: '2000000' },
      kinds: { type: 'string', default: 'read,deflate,snappy,null' },
      formats: { type: 'string', default: 'avro,json' },
      'commit-interval': { type: 'string', default: '2' },
    },
  });
  const kinds = values.kinds.split(',') as CaseProps['kind'][];
  const users = Math.round(Number(values.records) / recordsPerUser);
  const commitIntervalSeconds = Number(values['commit-interval']);
  const cases: ConsumerCase[] = [];
  for (const format of values.formats.split(',') as FillProps['format'][]) {
    await withBroker(async (broker) => {
      const records = await fill({ broker, users, format });
      for (const kind of format === 'avro' ? kinds : kinds.filter((one) => one === 'deflate')) {
        cases.push(await runCase({ kind, json: format === 'json', broker, records, commitIntervalSeconds }));
      }
    });
  }
  const result: BenchResult = { bench: 'consumer', cases, ratios: ratiosOf(cases) };
  console.log(JSON.stringify(result));
  return result;
}
