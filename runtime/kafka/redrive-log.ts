import { randomUUID } from 'node:crypto';
import { CompressionTypes, type Kafka, Partitioners } from 'kafkajs';
import type { Logger } from '../program/logger.ts';
import { offsetNumber } from './admin.ts';
import { createClient } from './client.ts';
import type { KafkaConnection } from './config.ts';

/** A message sent once more, and where it was read first: its name in the header. */
export interface RedrivenMessage {
  readonly key: Buffer | null;
  readonly value: Buffer;
  /** `<topic>/<partition>/<offset>` of the message it repeats. */
  readonly origin: string;
}

/** The end of a partition's log. */
interface PartitionEnd {
  readonly partition: number;
  readonly end: number;
}

/** What sending messages back to their topic takes; a seam, because a test cuts it in the middle. */
export interface RedriveLog {
  ends(topic: string): Promise<PartitionEnd[]>;
  /** Resolves when the broker has them all. */
  send(topic: string, messages: readonly RedrivenMessage[]): Promise<void>;
  /** Origins of the messages that were sent back to a topic since its partitions had these ends. */
  originsSince(topic: string, ends: readonly PartitionEnd[]): Promise<ReadonlySet<string>>;
  disconnect(): Promise<void>;
}

const originHeader = 'beatflow-redriven-from';

async function readOrigins(
  client: Kafka,
  topic: string,
  ranges: ReadonlyMap<number, { readonly from: number; readonly to: number }>,
): Promise<ReadonlySet<string>> {
  const origins = new Set<string>();
  const open = new Set([...ranges].filter(([, { from, to }]) => from < to).map(([partition]) => partition));
  if (open.size === 0) return origins;
  const groupId = `beatflow-redrive-${randomUUID()}`;
  const consumer = client.consumer({ groupId });
  const read = Promise.withResolvers<void>();
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      async eachBatch({ batch }) {
        for (const { headers } of batch.messages) {
          const origin = headers?.[originHeader];
          if (origin !== undefined) origins.add(String(origin));
        }
        const { to } = ranges.get(batch.partition) ?? { to: 0 };
        if (offsetNumber(batch.lastOffset()) + 1 >= to) open.delete(batch.partition);
        if (open.size === 0) read.resolve();
      },
    });
    for (const [partition, { from }] of ranges) consumer.seek({ topic, partition, offset: String(from) });
    await read.promise;
  } finally {
    await consumer.disconnect();
  }
  return origins;
}

/** Connects to send messages back. */
export async function connectRedriveLog(connection: KafkaConnection, logger: Logger): Promise<RedriveLog> {
  const client = createClient(connection, logger);
  const admin = client.admin();
  const producer = client.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await admin.connect();
  await producer.connect();
  const ends = async (topic: string) =>
    (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => ({
      partition,
      end: offsetNumber(high),
    }));
  return {
    ends,
    async send(topic, messages) {
      await producer.send({
        topic,
        acks: -1,
        compression: CompressionTypes.None,
        messages: messages.map(({ key, value, origin }) => ({
          key,
          value,
          headers: { [originHeader]: origin },
        })),
      });
    },
    async originsSince(topic, before) {
      const from = new Map(before.map(({ partition, end }) => [partition, end]));
      const ranges = new Map(
        (await ends(topic)).map(({ partition, end }) => [
          partition,
          { from: from.get(partition) ?? 0, to: end },
        ]),
      );
      return readOrigins(client, topic, ranges);
    },
    async disconnect() {
      await producer.disconnect();
      await admin.disconnect();
    },
  };
}
