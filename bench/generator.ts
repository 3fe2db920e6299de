/**
 * How fast the generator is and how much memory it takes, for one simulated day; beside it what Eventsim took on two
 * shared cores (AMD EPYC, Java 17): the figures are its best runs on an otherwise idle machine.
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
import type { CaseProps, CaseResult } from './generator/case.ts';

/** One measured case. */
interface GeneratorCase extends CaseResult {
  /** Sink, listeners and worker threads. */
  readonly name: string;
  readonly linesPerSecond: number;
  /** Processor time per line, which other programs on the machine disturb least. */
  readonly cpuMicrosecondsPerLine: number;
}

/** The last line of the bench. */
interface BenchResult {
  readonly bench: 'generator';
  readonly cases: readonly GeneratorCase[];
  readonly ratios: Readonly<Record<string, number>>;
}

/** Eventsim @ac5c802, one day, JSON lines to files: 4.63 million lines at a million users. */
const eventsim = {
  linesPerSecond: 62_099,
  cpuMicrosecondsPerLine: (86.8 / 4_632_559) * 1e6,
  peakRssMiBAtOneMillion: 3184,
} as const;

const sizes = [10_000, 100_000, 1_000_000, 10_000_000];
const largestWrittenOut = 1_000_000;
const caseFile = fileURLToPath(new URL('./generator/case.ts', import.meta.url));
const jars = fileURLToPath(new URL('../.beatflow/tools/kafka', import.meta.url));

async function runCase(props: CaseProps): Promise<GeneratorCase> {
  const name = `${props.sink} ${props.users.toLocaleString('en')} users, ${props.workers} workers`;
  const { stdout } = await promisify(execFile)(process.execPath, [caseFile, JSON.stringify(props)], {
    maxBuffer: 1 << 26,
  });
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as CaseResult;
  const measured = {
    name,
    ...result,
    linesPerSecond: Math.round(result.lines / result.wallSeconds),
    cpuMicrosecondsPerLine: (result.cpuSeconds * 1e6) / result.lines,
  };
  console.log(
    `${name.padEnd(36)} ${measured.linesPerSecond.toLocaleString('en').padStart(10)} lines/s  ` +
      `${result.wallSeconds.toFixed(1).padStart(6)} s  ${result.cpuSeconds.toFixed(1).padStart(6)} CPU s  ` +
      `${measured.cpuMicrosecondsPerLine.toFixed(2).padStart(6)} us/line  ${result.peakRssMiB.toFixed(0).padStart(6)} MiB`,
  );
  return measured;
}

/** Runs `measure` with the address of a broker of its own. */
async function withBroker<T>(measure: (brokers: readonly string[]) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'beatflow-bench-kafka-'));
  const logger = createLogger('bench');
  const broker = await startKafkaBroker({ folder, jars, port: 29_492 });
  try {
    const admin = await KafkaAdmin.connect({ brokers: [broker.address], clientId: 'bench' }, logger);
    await admin.ensureTopics(
      Object.fromEntries(Object.entries(topics).map(([name, { partitions }]) => [name, partitions])),
    );
    await admin.disconnect();
    return await measure([broker.address]);
  } finally {
    await broker.stop();
    await rm(folder, { recursive: true });
  }
}

function ratiosOf(cases: readonly GeneratorCase[]): Record<string, number> {
  const find = (name: string) => cases.find((candidate) => candidate.name === name);
  const oneThread = find('json 1,000,000 users, 0 workers');
  const twoWorkers = find('json 1,000,000 users, 2 workers');
  const small = find('count 100,000 users, 2 workers');
  const large = find('count 10,000,000 users, 2 workers');
  return {
    ...(oneThread && {
      linesPerSecondOneThreadToEventsim: oneThread.linesPerSecond / eventsim.linesPerSecond,
      cpuPerLineOneThreadToEventsim: oneThread.cpuMicrosecondsPerLine / eventsim.cpuMicrosecondsPerLine,
      memoryOneThreadToEventsim: oneThread.peakRssMiB / eventsim.peakRssMiBAtOneMillion,
    }),
    ...(twoWorkers && {
      linesPerSecondTwoWorkersToEventsim: twoWorkers.linesPerSecond / eventsim.linesPerSecond,
      memoryTwoWorkersToEventsim: twoWorkers.peakRssMiB / eventsim.peakRssMiBAtOneMillion,
    }),
    ...(small &&
      large && {
        cpuPerLineTenMillionToHundredThousand: large.cpuMicrosecondsPerLine / small.cpuMicrosecondsPerLine,
      }),
  };
}

/**
 * Measures every sink at every size; `--sizes 10000,100000` and `--sinks json,avro` choose some, `--repeats 3` keeps
 * the fastest of three runs. JSON lines go to the folder for temporary files (TMPDIR): on a slow disk they measure it.
 */
export async function run(args: string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args,
    options: {
      sizes: { type: 'string', default: sizes.join(',') },
      sinks: { type: 'string', default: 'json,avro,kafka,count' },
      repeats: { type: 'string', default: '1' },
    },
  });
  const chosenSizes = values.sizes.split(',').map(Number);
  const chosenSinks = values.sinks.split(',') as CaseProps['sink'][];
  const cases: GeneratorCase[] = [];
  const measure = async (sink: CaseProps['sink'], brokers: readonly string[] = []) => {
    for (const users of chosenSizes) {
      if (sink !== 'count' && users > largestWrittenOut) continue;
      for (const workers of sink === 'kafka' ? [0] : [0, 2]) {
        const runs: GeneratorCase[] = [];
        for (let i = 0; i < Number(values.repeats); i++) {
          runs.push(await runCase({ sink, users, workers, days: 1, brokers }));
        }
        cases.push(runs.reduce((best, each) => (each.wallSeconds < best.wallSeconds ? each : best)));
      }
    }
  };
  for (const sink of chosenSinks) {
    if (sink === 'kafka') await withBroker((brokers) => measure(sink, brokers));
    else await measure(sink);
  }
  const result: BenchResult = { bench: 'generator', cases, ratios: ratiosOf(cases) };
  console.log(JSON.stringify(result));
  return result;
}
