import { partitionKey } from '../contract/partition-key.ts';
import type { RecordBatch, TopicPartition } from './record-batch.ts';

/** What becomes of batches that were fetched ahead. */
interface ReadAheadProps {
  /** Takes a batch; resolves with the offset to read next, or undefined where it is of no concern. */
  readonly handle: (batch: RecordBatch) => Promise<number | undefined>;
  /** The partition is to be read from another offset than the one after the batch. */
  readonly jump: (partition: TopicPartition, offset: number) => void;
  readonly failed: (error: Error) => void;
  /** Bytes of batches beyond which {@link ReadAhead.push} waits. */
  readonly maxBytes: number;
  /** Lets the requests and answers of others through before a batch is handled. */
  readonly yieldTurn: () => Promise<void>;
}

interface Waiting {
  readonly batch: RecordBatch;
  readonly bytes: number;
}

interface Lane {
  readonly waiting: Waiting[];
  running: boolean;
  /** Counts how often what waits was forgotten. */
  forgotten: number;
}

const bytesOf = ({ records }: RecordBatch) =>
  records.reduce((sum, { key, value }) => sum + (key?.length ?? 0) + (value?.length ?? 0), 0);

/**
 * Batches between the fetch that brought them and their handler: while one is handled, the next fetch is under way.
 * Partitions are side by side, the batches of each come in order and one at a time. What waits is bounded by bytes and
 * is forgotten when its partition is sought.
 */
export class ReadAhead {
  readonly #props: ReadAheadProps;
  readonly #lanes = new Map<string, Lane>();
  #bytes = 0;
  #room = Promise.withResolvers<void>();
  #handling = 0;
  #idle = Promise.withResolvers<void>();

  constructor(props: ReadAheadProps) {
    this.#props = props;
  }

  /** Puts a batch in line; undefined where another one may come at once, else resolves when it may. */
  push(batch: RecordBatch): Promise<void> | undefined {
    const lane = this.#laneOf(batch);
    const bytes = bytesOf(batch);
    lane.waiting.push({ batch, bytes });
    this.#bytes += bytes;
    if (!lane.running) void this.#run(lane);
    return this.#bytes > this.#props.maxBytes ? this.#awaitRoom() : undefined;
  }

  async #awaitRoom(): Promise<void> {
    while (this.#bytes > this.#props.maxBytes) await this.#room.promise;
  }

  /** Forgets what waits of a partition; the batch that is being handled then has no say in what is read next. */
  forget(partition: TopicPartition): void {
    this.#forget(this.#laneOf(partition));
  }

  /** Forgets all that waits. */
  forgetAll(): void {
    for (const lane of this.#lanes.values()) this.#forget(lane);
  }

  /** Resolves when no batch is being handled. */
  async idle(): Promise<void> {
    while (this.#handling > 0) await this.#idle.promise;
  }

  #laneOf({ topic, partition }: TopicPartition): Lane {
    const key = partitionKey({ topic, partition });
    const known = this.#lanes.get(key);
    if (known) return known;
    const made = { waiting: [], running: false, forgotten: 0 };
    this.#lanes.set(key, made);
    return made;
  }

  #forget(lane: Lane): void {
    lane.forgotten++;
    for (const { bytes } of lane.waiting.splice(0)) this.#release(bytes);
  }

  #release(bytes: number): void {
    this.#bytes -= bytes;
    this.#room.resolve();
    this.#room = Promise.withResolvers();
  }

  async #run(lane: Lane): Promise<void> {
    lane.running = true;
    for (;;) {
      await this.#props.yieldTurn();
      const next = lane.waiting.shift();
      if (!next) break;
      this.#handling++;
      await this.#handle(lane, next.batch);
      this.#release(next.bytes);
      this.#handling--;
      this.#idle.resolve();
      this.#idle = Promise.withResolvers();
    }
    lane.running = false;
  }

  async #handle(lane: Lane, batch: RecordBatch): Promise<void> {
    const { forgotten } = lane;
    const last = batch.records.at(-1);
    try {
      const next = await this.#props.handle(batch);
      if (next === undefined || lane.forgotten !== forgotten || !last || next === last.offset + 1) return;
      this.#forget(lane);
      this.#props.jump(batch, next);
    } catch (error) {
      this.#props.failed(error as Error);
    }
  }
}
