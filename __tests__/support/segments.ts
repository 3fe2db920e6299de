import { MessageInspector } from '../../runtime/consumer/message-inspector.ts';
import { PartitionWriter } from '../../runtime/consumer/partition-writer.ts';
import { messageCodec } from '../../runtime/contract/message.ts';
import type { ChainKey } from '../../runtime/lake/commit-chain.ts';
import type { CommitRecord } from '../../runtime/lake/commit-record.ts';
import type { ObjectStore } from '../../runtime/lake/object-store.ts';
import { listenEvent } from './events.ts';

const codec = messageCodec('listen_events');

/** Writes segments of listen events into a lake as the consumer does: one event at each given time. */
export class SegmentWriter {
  readonly key: ChainKey;
  readonly #store: ObjectStore;
  #nextOffset: number;
  #runs = 0;

  /** @param chain the chain that it goes on with; @default a new one */
  constructor(store: ObjectStore, chain: Partial<ChainKey> & { readonly nextOffset?: number } = {}) {
    const { nextOffset = 0, ...key } = chain;
    this.#store = store;
    this.key = { log: 'c-g1', topic: 'listen_events', partition: 0, ...key };
    this.#nextOffset = nextOffset;
  }

  /** Resolves with the commit record; session ids are the offsets. @param times event times, ms */
  async commit(times: readonly number[]): Promise<CommitRecord> {
    const committed = Promise.withResolvers<CommitRecord>();
    const now = Math.max(...times) + 3_600_000;
    const writer = new PartitionWriter({
      store: this.#store,
      key: this.key,
      position: this.#nextOffset,
      instance: 'test',
      codec: 'deflate',
      clock: () => now,
      newRun: () => `run${++this.#runs}`,
      inspector: new MessageInspector('listen_events', () => now),
      settled: (outcome) =>
        outcome.kind === 'committed'
          ? committed.resolve(outcome.record)
          : committed.reject(new Error('lost')),
      failed: committed.reject,
    });
    for (const ts of times) {
      const value = codec.encode(listenEvent({ ts, sessionId: this.#nextOffset }));
      writer.append({ offset: this.#nextOffset++, timestamp: times[0] as number, key: null, value });
    }
    writer.rotate();
    return committed.promise;
  }
}
