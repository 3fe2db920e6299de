import { partitionKey } from '../contract/partition-key.ts';
import type { TopicPartition } from './record-batch.ts';

/**
 * Whether batches come from where the reader was sent. With several brokers one more batch of the time before may be
 * under way when a partition is sought, and kafkajs delivers it; all after it are in order.
 */
export class FetchOrder {
  /** By partition: where it was sent and has not come from yet; undefined since it has. */
  readonly #sent = new Map<string, number | undefined>();

  sentTo(partition: TopicPartition, offset: number): void {
    this.#sent.set(partitionKey(partition), offset);
  }

  /** Takes note of a fetch; whether it and those before it left out nothing since the partition was sought. */
  fetched(partition: TopicPartition, offset: number): boolean {
    const key = partitionKey(partition);
    if (!this.#sent.has(key)) return false;
    const sent = this.#sent.get(key);
    if (sent !== undefined && sent !== offset) return false;
    this.#sent.set(key, undefined);
    return true;
  }

  /** The partitions are where Kafka's own offsets point, until they are sought. */
  forgetAll(): void {
    this.#sent.clear();
  }
}
