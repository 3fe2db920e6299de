/** Fills a broker's topics with one day of simulated listeners, in a process of its own; prints how many records. */
import { KafkaSink } from '../../runtime/generator/sinks/kafka.ts';
import type { Sink } from '../../runtime/generator/sinks/sink.ts';
import { connectProducer } from '../../runtime/kafka/producer.ts';
import { createLogger } from '../../runtime/program/logger.ts';
import { simulate } from '../generator/simulate.ts';

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
const events = await simulate(
  { users, days: 1, workers: 0, eventsimCompat: format === 'json' },
  format === 'json' ? json : kafka,
);
process.stdout.write(`${events}\n`);
