/** One measurement in a process of its own, so that its memory and processor time are its own: prints one JSON line. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dayMs } from '../../runtime/contract/durations.ts';
import { defaultBehaviour } from '../../runtime/generator/behaviour/default.ts';
import { noEvents, totalOf } from '../../runtime/generator/engine/engine.ts';
import { InlineEngine } from '../../runtime/generator/engine/inline.ts';
import type { EngineProps } from '../../runtime/generator/engine/part.ts';
import { divideShards, ThreadedEngine } from '../../runtime/generator/engine/threads.ts';
import { runWindow } from '../../runtime/generator/run.ts';
import { CountSink } from '../../runtime/generator/sinks/count.ts';
import { JsonFilesSink } from '../../runtime/generator/sinks/json-files.ts';
import { KafkaSink } from '../../runtime/generator/sinks/kafka.ts';
import type { Sink, SinkPosition } from '../../runtime/generator/sinks/sink.ts';
import { connectProducer } from '../../runtime/kafka/producer.ts';
import { createLogger } from '../../runtime/program/logger.ts';

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

const start = Date.parse('2026-03-03T00:00:00Z');

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
  const endMs = start + props.days * dayMs;
  const engineProps: EngineProps = {
    settings: {
      behaviour: defaultBehaviour,
      seed: 1,
      startMs: start,
      endMs,
      users: props.users,
      growthRate: 0,
      attritionRate: 0,
      firstUserId: 1,
      eventsimCompat: true,
    },
    tag: null,
    catalogue: { type: 'synthetic', size: 10_000 },
    formats: sink.format ? [sink.format] : [],
  };
  try {
    const engine =
      props.workers > 0
        ? await ThreadedEngine.start(engineProps, props.workers)
        : new InlineEngine({ ...engineProps, shards: divideShards(1).flat() });
    const events = await runWindow({
      engine,
      sinks: [sink],
      startMs: start,
      endMs,
      waitForTheClock: false,
      events: noEvents,
      stop: new AbortController().signal,
      safe: async () => undefined,
      caughtUp: () => undefined,
      rest: async () => undefined,
      clock: Date.now,
    });
    await sink.close();
    await engine.close();
    const wallSeconds = (performance.now() - begun) / 1000;
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    return {
      lines: totalOf(events),
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
