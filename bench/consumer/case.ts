/** One drain in a process of its own, so that its memory and processor time are its own: prints one JSON line. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { consumerVariables } from '../../runtime/consumer/config.ts';
import { consume } from '../../runtime/consumer/main.ts';
import { topicNames } from '../../runtime/contract/topics.ts';
import { startLogReader } from '../../runtime/kafka/log-reader.ts';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';
import { readConfig } from '../../runtime/program/config.ts';
import { createLogger } from '../../runtime/program/logger.ts';

/** What a case is. */
export interface CaseProps {
  /** `read` only reads and counts: the ceiling. */
  readonly kind: 'read' | 'deflate' | 'snappy' | 'null';
  readonly json: boolean;
  readonly broker: string;
  /** Records to drain, over all topics. */
  readonly records: number;
  readonly commitIntervalSeconds: number;
}

/** What a case cost. */
export interface CaseResult {
  readonly records: number;
  /** From the start of the program to its last record: read, or committed to the lake. */
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakRssMiB: number;
  /** Resident memory at a quarter, a half, three quarters and the end of the records, MiB. */
  readonly rssMiBOverTime: readonly number[];
  readonly files: number;
  readonly lakeMiB: number;
  /** From the start of the program to the first commit record; the process took {@link processSeconds} before. */
  readonly firstFileSeconds: number;
  readonly processSeconds: number;
}

const mib = 1 << 20;
const props = JSON.parse(process.argv[2] ?? '{}') as CaseProps;
const group = `bench-${process.pid}`;
const rss: number[] = [];
const started = performance.now();
const seconds = () => (performance.now() - started) / 1000;
let done = 0;

function progressed(records: number): boolean {
  done += records;
  while (rss.length < 4 && done >= ((rss.length + 1) * props.records) / 4) {
    rss.push(Math.round(process.memoryUsage.rss() / mib));
  }
  return done >= props.records;
}

async function read(): Promise<void> {
  const finished = Promise.withResolvers<void>();
  const reader = await startLogReader({
    connection: { brokers: [props.broker], clientId: 'bench' },
    groupId: group,
    topics: topicNames,
    logger: createLogger('bench', { write: () => undefined }),
    handler: {
      assigned: () => undefined,
      failed: finished.reject,
      async batch({ records }) {
        if (progressed(records.length)) finished.resolve();
        return (records.at(-1)?.offset ?? 0) + 1;
      },
    },
  });
  await finished.promise;
  wallSeconds = seconds();
  await reader.stop();
}

async function drain(folder: string): Promise<void> {
  const logger = createLogger('bench', {
    write(line) {
      const { message, startOffset, nextOffset } = JSON.parse(line);
      if (message !== 'committed') return;
      firstFileSeconds ||= seconds();
      progressed(nextOffset - startOffset);
      wallSeconds = seconds();
    },
  });
  const config = readConfig(consumerVariables, {
    BEATFLOW_KAFKA_BROKERS: props.broker,
    BEATFLOW_LAKE: folder,
    BEATFLOW_CONSUMER_GROUP: group,
    BEATFLOW_COMMIT_INTERVAL_SECONDS: String(props.commitIntervalSeconds),
    BEATFLOW_LAKE_CODEC: props.kind,
    BEATFLOW_HEALTH_PORT: '0',
    ...(props.json ? { BEATFLOW_JSON_TOPICS: topicNames.join(',') } : {}),
  });
  await consume(config, { logger, stop: new AbortController().signal }, { untilCaughtUp: true });
  if (done !== props.records) throw new Error(`${done} of ${props.records} records are in the lake`);
  const store = new LocalDiskStore(folder);
  for (const topic of topicNames) {
    for await (const { size } of store.list(`${topic}/`)) {
      files++;
      bytes += size;
    }
  }
}

let wallSeconds = 0;
let firstFileSeconds = 0;
let files = 0;
let bytes = 0;
const processSeconds = process.uptime();
const folder = await mkdtemp(join(tmpdir(), 'beatflow-bench-lake-'));
try {
  await (props.kind === 'read' ? read() : drain(folder));
} finally {
  await rm(folder, { recursive: true });
}
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const result: CaseResult = {
  records: done,
  wallSeconds,
  cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
  peakRssMiB: maxRSS / 1024,
  rssMiBOverTime: rss,
  files,
  lakeMiB: bytes / mib,
  firstFileSeconds,
  processSeconds,
};
process.stdout.write(`${JSON.stringify(result)}\n`);
