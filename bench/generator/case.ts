/** One measurement in a process of its own, so that its memory and processor time are its own: prints one JSON line. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CountSink } from '../../runtime/generator/sinks/count.ts';
import { JsonFilesSink } from '../../runtime/generator/sinks/json-files.ts';
import { KafkaSink } from '../../runtime/generator/sinks/kafka.ts';
import type { Sink, SinkPosition } from '../../runtime/generator/sinks/sink.ts';
import { connectProducer } from '../../runtime/kafka/producer.ts';
import { createLogger } from '../../runtime/program/logger.ts';
import { simulate } from './simulate.ts';

/** What a case is: where the events go, how many listeners, and how many worker threads (0: the main thread). */
export interface CaseProps {
  readonly sink: 'json' | 'avro' | 'kafka' | 'count';
  readonly users: number;
  readonly workers: number;
  readonly days: number;
  readonly brokers: readonly string[];
}

/** What a case cost. */
export interface CaseResult {
  readonly lines: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakRssMiB: number;
}

/** Avro messages that stay in memory until the next slice. */
class AvroMemorySink implements Sink {
  readonly format = 'avro';

  async write(): Promise<void> {}

  position(): SinkPosition {
    return {};
  }

  async close(): Promise<void> {}
}

async function openSink(props: CaseProps, folder: string): Promise<Sink> {
  switch (props.sink) {
    case 'json':
      return JsonFilesSink.open(folder);
    case 'kafka': {
      const connection = { brokers: props.brokers, clientId: 'bench' };
      return new KafkaSink(await connectProducer(connection, { logger: createLogger('bench') }));
    }
    case 'avro':
      return new AvroMemorySink();
    default:
      return new CountSink();
  }
}

async function measure(props: CaseProps): Promise<CaseResult> {
  const folder = await mkdtemp(join(tmpdir(), 'beatflow-bench-'));
  const begun = performance.now();
  const sink = await openSink(props, folder);
  try {
    const lines = await simulate({ ...props, eventsimCompat: true }, sink);
    const wallSeconds = (performance.now() - begun) / 1000;
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    return {
      lines,
      wallSeconds,
      cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
      peakRssMiB: maxRSS / 1024,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const props = JSON.parse(process.argv[2] ?? '{}') as CaseProps;
process.stdout.write(`${JSON.stringify(await measure(props))}\n`);
