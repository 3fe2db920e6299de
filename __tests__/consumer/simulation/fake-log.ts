import type { LogRecord } from '../../../runtime/kafka/record-batch.ts';

/** What a message should become. */
interface Produced {
  readonly kind: 'row' | 'dead letter';
  /** Session id of the event; unique in a run. */
  readonly id: number;
}

/** One partition of the simulated Kafka. */
export class FakeLog {
  start = 0;
  end = 0;
  #records: LogRecord[] = [];
  readonly produced = new Map<number, Produced>();

  append(value: Buffer, timestamp: number, produced: Produced): void {
    this.#records.push({ offset: this.end, timestamp, key: null, value });
    this.produced.set(this.end++, produced);
  }

  /** A control record: an offset that no reader gets to see. */
  appendGap(): void {
    this.end++;
  }

  /** Retention deletes everything below an offset. */
  deleteBelow(offset: number): void {
    this.start = Math.max(this.start, offset);
    this.#records = this.#records.filter((record) => record.offset >= this.start);
  }

  /** At most `limit` records from an offset on. */
  from(offset: number, limit: number): LogRecord[] {
    return this.#records.filter((record) => record.offset >= offset).slice(0, limit);
  }
}
