import { setImmediate } from 'node:timers/promises';
import type { Consumer } from 'kafkajs';
import type { Logger } from '../program/logger.ts';
import { offsetNumber } from './admin.ts';
import { createClient } from './client.ts';
import type { KafkaConnection } from './config.ts';
import { FetchOrder } from './fetch-order.ts';
import { ReadAhead } from './read-ahead.ts';
import type { RecordBatch, TopicPartition } from './record-batch.ts';

/** Who reads the log. */
export interface LogReaderHandler {
  /** This member's partitions after a rebalance; those not named any more belong to another member. */
  assigned(partitions: readonly TopicPartition[]): void;
  /**
   * Takes a batch and resolves with the offset to read next; the one after the batch unless the reader is to jump,
   * or undefined when the batch is of no concern any more. A rejection stops the reader.
   */
  batch(batch: RecordBatch): Promise<number | undefined>;
  /** The reader has stopped for good because of `error`. */
  failed(error: Error): void;
}

/** A member of a consumer group that reads topics from positions its handler decides. */
export interface LogReader {
  seek(partition: TopicPartition, offset: number): void;
  /** Tells Kafka how far a partition is done, with a note; failure is harmless to whoever keeps the truth elsewhere. */
  commit(partition: TopicPartition, offset: number, metadata: string): Promise<void>;
  /** When a broker last answered, milliseconds since the epoch. */
  readonly lastAnswerAt: number;
  /** Leaves the group; resolves when no batch is being handled any more. */
  stop(): Promise<void>;
}

interface LogReaderProps {
  readonly connection: KafkaConnection;
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Bytes one fetch may bring per partition; bounds the reader's memory. @default 128 KiB */
  readonly maxBytesPerPartition?: number;
  readonly logger: Logger;
  readonly handler: LogReaderHandler;
}

/** Small fetches leave their objects to the young generation: less memory and less collecting than larger ones. */
const defaultMaxBytesPerPartition = 1 << 17;
/** About one fetch of all partitions: it waits while the one before is handled and the one after is under way. */
const readAheadBytes = 1 << 20;
const sessionTimeoutMs = 6000;
const heartbeatIntervalMs = 1000;
/** New partitions of a topic are read from at latest after this. */
const metadataMaxAgeMs = 10_000;

async function consumeBatches(consumer: Consumer, ahead: ReadAhead, order: FetchOrder): Promise<void> {
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: 8,
    async eachBatch({ batch, resolveOffset, heartbeat, isStale }) {
      if (isStale()) return;
      resolveOffset(batch.lastOffset());
      const fetchedOffset = offsetNumber((batch as unknown as { fetchedOffset: string }).fetchedOffset);
      const room = ahead.push({
        topic: batch.topic,
        partition: batch.partition,
        fetchedOffset,
        inOrder: order.fetched(batch, fetchedOffset),
        endOffset: offsetNumber(batch.highWatermark),
        records: batch.messages.map(({ offset, timestamp, key, value }) => ({
          offset: offsetNumber(offset),
          timestamp: Number(timestamp),
          key,
          value,
        })),
      });
      if (!room) return;
      // A handler that waits for the lake must not lose its partitions to a session timeout.
      const beat = setInterval(() => void heartbeat().catch(() => undefined), heartbeatIntervalMs);
      await room;
      clearInterval(beat);
    },
  });
}

/** Joins the group and begins to read; a partition begins at Kafka's committed offset until the handler seeks. */
export async function startLogReader(props: LogReaderProps): Promise<LogReader> {
  const consumer = createClient(props.connection, props.logger).consumer({
    groupId: props.groupId,
    sessionTimeout: sessionTimeoutMs,
    rebalanceTimeout: sessionTimeoutMs,
    heartbeatInterval: heartbeatIntervalMs,
    maxWaitTimeInMs: 500,
    maxBytesPerPartition: props.maxBytesPerPartition ?? defaultMaxBytesPerPartition,
    metadataMaxAge: metadataMaxAgeMs,
  });
  const order = new FetchOrder();
  const sendTo = ({ topic, partition }: TopicPartition, offset: number) => {
    order.sentTo({ topic, partition }, offset);
    consumer.seek({ topic, partition, offset: String(offset) });
  };
  const ahead = new ReadAhead({
    handle: (batch) => props.handler.batch(batch),
    jump: sendTo,
    failed: (error) => props.handler.failed(error),
    maxBytes: readAheadBytes,
    yieldTurn: () => setImmediate(),
  });
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    // Kafka's offsets hold again, until the handler seeks.
    ahead.forgetAll();
    order.forgetAll();
    const partitions = Object.entries(payload.memberAssignment).flatMap(([topic, numbers]) =>
      numbers.map((partition) => ({ topic, partition })),
    );
    props.logger.info({ partitions }, 'joined the group');
    props.handler.assigned(partitions);
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    // kafkajs rebuilds the consumer by itself unless it takes the cause for permanent.
    if (!payload.restart) props.handler.failed(payload.error);
  });
  let lastAnswerAt = Date.now();
  consumer.on(consumer.events.REQUEST, () => {
    lastAnswerAt = Date.now();
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [...props.topics], fromBeginning: true });
  await consumeBatches(consumer, ahead, order);
  return {
    seek(partition, offset) {
      ahead.forget(partition);
      sendTo(partition, offset);
    },
    commit: ({ topic, partition }, offset, metadata) =>
      consumer.commitOffsets([{ topic, partition, offset: String(offset), metadata }]),
    get lastAnswerAt() {
      return lastAnswerAt;
    },
    async stop() {
      ahead.forgetAll();
      await consumer.disconnect();
      ahead.forgetAll();
      await ahead.idle();
    },
  };
}
