/**
 * Sends twenty events of a topic as a producer of one's own does, and prints how many: what a plain event has, and one text
 * for each field that no other topic has. `node __tests__/fork/produce.ts <topic> <brokers>`
 */
import type { Field } from '../../runtime/contract/fields.ts';
import { messageCodec } from '../../runtime/contract/message.ts';
import { type EventOf, type TopicName, topics } from '../../runtime/contract/topics.ts';
import { KafkaAdmin } from '../../runtime/kafka/admin.ts';
import { connectProducer } from '../../runtime/kafka/producer.ts';
import { listenEvent } from '../support/events.ts';
import { silentLogger } from '../support/pipeline.ts';

const [topic = 'listen_events', brokers = ''] = process.argv.slice(2) as [TopicName, string];
const connection = { brokers: brokers.split(','), clientId: 'produce' };

function eventNumber(index: number): EventOf<TopicName> {
  const plain: Readonly<Record<string, unknown>> = listenEvent({
    ts: Date.now() - 60_000,
    sessionId: index + 1,
  });
  const fields = Object.entries<Field>(topics[topic].fields);
  return Object.fromEntries(
    fields.map(([name, { nullable }]) => [name, plain[name] ?? (nullable ? null : `${name} ${index}`)]),
  ) as unknown as EventOf<TopicName>;
}

const admin = await KafkaAdmin.connect(connection, silentLogger);
await admin.ensureTopics({ [topic]: topics[topic].partitions });
await admin.disconnect();
const producer = await connectProducer(connection, { logger: silentLogger });
const messages = Array.from({ length: 20 }, (_, index) => ({
  key: '7',
  value: messageCodec(topic).encode(eventNumber(index)),
}));
await producer.send(topic, messages);
await producer.disconnect();
process.stdout.write(`${messages.length}\n`);
