/** Fills a broker's topics with one day of simulated listeners, in a process of its own; prints how many records. */
import { dayMs } from '../../runtime/contract/durations.ts';
import { defaultBehaviour } from '../../runtime/generator/behaviour/default.ts';
import { noEvents, totalOf } from '../../runtime/generator/engine/engine.ts';
import { InlineEngine } from '../../runtime/generator/engine/inline.ts';
import { divideShards } from '../../runtime/generator/engine/threads.ts';
import { runWindow } from '../../runtime/generator/run.ts';
import { KafkaSink } from '../../runtime/generator/sinks/kafka.ts';
import type { Sink } from '../../runtime/generator/sinks/sink.ts';
import { connectProducer } from '../../runtime/kafka/producer.ts';
import { createLogger } from '../../runtime/program/logger.ts';

/** What the topics are filled with. */
export interface FillProps {
  readonly broker: string;
  readonly users: number;
  readonly format: 'avro' | 'json';
}

const { broker, users, format } = JSON.parse(process.argv[2] ?? '{}') as FillProps;
const logger = createLogger('bench', { write: () => undefined });
const kafka = new KafkaSink(await connectProducer({ brokers: [broker], clientId: 'bench' }, { logger }));
const json: Sink = {
  format: 'json',
  write: (slice) => kafka.write({ ...slice, encoded: { avro: slice.encoded.json ?? [] } }),
  position: () => ({}),
  close: () => kafka.close(),
};
const startMs = Date.parse('2026-03-03T00:00:00Z');
const endMs = startMs + dayMs;
const engine = new InlineEngine({
  settings: {
    behaviour: defaultBehaviour,
    seed: 1,
    startMs,
    endMs,
    users,
    growthRate: 0,
    attritionRate: 0,
    firstUserId: 1,
    eventsimCompat: format === 'json',
  },
  tag: null,
  catalogue: { type: 'synthetic', size: 10_000 },
  formats: [format],
  shards: divideShards(1).flat(),
});
const sink = format === 'json' ? json : kafka;
const events = await runWindow({
  engine,
  sinks: [sink],
  startMs,
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
process.stdout.write(`${totalOf(events)}\n`);
