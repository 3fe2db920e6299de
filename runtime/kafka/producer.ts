import { CompressionTypes, Partitioners } from 'kafkajs';
import type { TopicName } from '../contract/topics.ts';
import type { Logger } from '../program/logger.ts';
import { createClient } from './client.ts';
import type { KafkaConnection } from './config.ts';
import { connectOrExplain } from './security.ts';

/** A message to produce; the record timestamp is the time of production, never event time. */
export interface OutgoingMessage {
  /** User id as decimal text, the session id for visitors without one: keeps a user's events in order. */
  readonly key: string;
  /** Avro single object. */
  readonly value: Buffer;
}

/** An idempotent producer: what a retry sends again is stored once. */
export interface EventProducer {
  /**
   * Resolves when the broker has acknowledged all messages; waits while the broker is away. Messages of one call keep
   * their order per partition; calls for one topic must wait for each other to keep it too, since kafkajs does not.
   */
  send(topic: TopicName, messages: readonly OutgoingMessage[]): Promise<void>;
  disconnect(): Promise<void>;
}

/** Connects an idempotent producer. */
export async function connectProducer(
  connection: KafkaConnection,
  options: { readonly logger: Logger },
): Promise<EventProducer> {
  const producer = createClient(connection, options.logger).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await connectOrExplain(() => producer.connect(), connection.brokers);
  return {
    async send(topic, messages) {
      if (messages.length === 0) return;
      await producer.send({
        topic,
        acks: -1,
        compression: CompressionTypes.None,
        messages: messages as OutgoingMessage[],
      });
    },
    disconnect: () => producer.disconnect(),
  };
}
