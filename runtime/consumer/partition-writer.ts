import pLimit from 'p-limit';
import { hourMs } from '../contract/durations.ts';
import type { LogRecord } from '../kafka/record-batch.ts';
import type { Codec } from '../lake/avro-file.ts';
import { type ChainKey, readCommitRecord } from '../lake/commit-chain.ts';
import { type CommitRecord, encodeCommitRecord } from '../lake/commit-record.ts';
import type { ObjectStore } from '../lake/object-store.ts';
import { commitPath, dataFilePath, deadLettersPath, formatHour } from '../lake/paths.ts';
import type { Inspector } from './message-inspector.ts';
import { type FinishedSegment, Segment } from './segment.ts';

/** Files may be swept as orphans a day after their upload; a writer commits none that is older than this, ms. */
const uploadMaxAge = hourMs;
/** Uploads of one segment under way at once. */
const uploadConcurrency = 8;

/** How a segment ended: in the lake by our record, or dropped because another writer's record took its place. */
export type CommitOutcome =
  | { readonly kind: 'committed'; readonly record: CommitRecord }
  | { readonly kind: 'lost'; readonly winner: CommitRecord };

/** What a writer needs of its surroundings; all of it can be replaced in a simulation. */
export interface WriterSurroundings {
  readonly store: ObjectStore;
  /** Names the writing process in its records. */
  readonly instance: string;
  readonly codec: Codec;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** A name for one attempt to write, never given twice. */
  readonly newRun: () => string;
}

interface PartitionWriterProps extends WriterSurroundings {
  readonly key: ChainKey;
  readonly inspector: Inspector;
  /** The end of the chain: the first offset that the lake does not have. */
  readonly position: number;
  /** Called after each commit attempt, in the order of the chain. */
  readonly settled: (outcome: CommitOutcome) => void;
  /** Called once when writing failed for good; the writer is then of no more use. */
  readonly failed: (error: Error) => void;
}

/**
 * Writes one partition's records to the lake, exactly once. Records gather in a segment; a rotated segment goes
 * through upload, dead letters, commit record, in this order, while the next one fills. Commit records are created
 * strictly in order, each only after the one before is known to be ours.
 */
export class PartitionWriter {
  readonly #props: PartitionWriterProps;
  #filling: Segment;
  #committing: Segment[] = [];
  #tail: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(props: PartitionWriterProps) {
    this.#props = props;
    this.#filling = this.#newSegment(props.position);
  }

  /** The offset to read next. */
  get position(): number {
    return this.#filling.nextOffset;
  }

  /** Memory held by records that are not yet in the lake, bytes. */
  get heldBytes(): number {
    return this.#committing.reduce((sum, segment) => sum + segment.heldBytes, this.#filling.heldBytes);
  }

  /** When the oldest record that is not yet in the lake was read; undefined when there is none. */
  get oldestUnacknowledged(): number | undefined {
    return this.#committing[0]?.openedAt ?? this.#filling.openedAt;
  }

  /** When the segment being filled got its first record; undefined while it is empty. */
  get fillingSince(): number | undefined {
    return this.#filling.openedAt;
  }

  /** Files of the segment being filled. */
  get openFiles(): number {
    return this.#filling.openFiles;
  }

  /** Segments that were rotated and are not yet settled. */
  get pendingCommits(): number {
    return this.#committing.length;
  }

  /** Appends the next record; records below {@link position} are already in hand and are passed over. */
  append(record: LogRecord): void {
    if (!this.#ended && record.offset >= this.#filling.nextOffset) this.#filling.append(record);
  }

  /** Sends what was gathered on its way to the lake and begins a new segment; does nothing when there is none. */
  rotate(): void {
    if (this.#ended || this.#filling.openedAt === undefined) return;
    const segment = this.#filling;
    this.#filling = this.#newSegment(segment.nextOffset);
    this.#committing.push(segment);
    this.#tail = this.#tail.then(() => this.#commit(segment));
  }

  /** Resolves when every rotated segment is settled. */
  settle(): Promise<void> {
    return this.#tail;
  }

  /** Forgets everything that has no commit record yet; for partitions that belong to another member now. */
  drop(): void {
    this.#ended = true;
    this.#committing = [];
    this.#filling = this.#newSegment(this.#filling.startOffset);
  }

  #newSegment(startOffset: number): Segment {
    const { key, codec, inspector, clock } = this.#props;
    const { topic, partition } = key;
    return new Segment({ topic, partition, startOffset, codec, inspector, clock });
  }

  async #commit(segment: Segment): Promise<void> {
    if (this.#ended) return;
    try {
      const finished = await segment.finish();
      const outcome = await this.#publish(finished);
      if (outcome === undefined) return;
      this.#committing.shift();
      if (outcome.kind === 'lost') this.drop();
      this.#props.settled(outcome);
    } catch (error) {
      const known = this.#ended;
      this.drop();
      if (!known) this.#props.failed(error as Error);
    }
  }

  /** Uploads and commits; undefined when the partition was taken away meanwhile. */
  async #publish(segment: FinishedSegment): Promise<CommitOutcome | undefined> {
    const { store, key, clock } = this.#props;
    for (;;) {
      const uploadedAt = clock();
      const record = await this.#upload(segment, this.#props.newRun());
      if (this.#ended) return undefined;
      if (clock() - uploadedAt > uploadMaxAge) continue;
      const path = commitPath(key.log, key.topic, key.partition, segment.startOffset);
      if ((await store.createIfAbsent(path, [encodeCommitRecord(record)])) === 'created') {
        return { kind: 'committed', record };
      }
      // Either the answer to our own create was lost and repeated, or another owner was first.
      const winner = await readCommitRecord(store, key, segment.startOffset);
      if (winner === undefined) continue;
      const ours = winner.writer === record.writer && winner.run === record.run;
      return ours ? { kind: 'committed', record } : { kind: 'lost', winner };
    }
  }

  async #upload(segment: FinishedSegment, run: string): Promise<CommitRecord> {
    const { store, key, instance, clock } = this.#props;
    const { topic, partition } = key;
    const { startOffset, nextOffset } = segment;
    const uploads = pLimit(uploadConcurrency);
    const files = await Promise.all(
      segment.files.map(async (file) => {
        const { hour, fingerprint } = file;
        const path = dataFilePath({ topic, partition, startOffset, hour, fingerprint, run });
        await uploads(() => store.createIfAbsent(path, file.content));
        return {
          path,
          hour: formatHour(hour),
          fingerprint,
          records: file.records,
          bytes: file.bytes,
          sha256: file.sha256,
          minEventTime: new Date(file.minEventTime).toISOString(),
          maxEventTime: new Date(file.maxEventTime).toISOString(),
        };
      }),
    );
    let deadLetters: CommitRecord['deadLetters'] = null;
    if (segment.deadLetters) {
      const { content, records, sha256 } = segment.deadLetters;
      const path = deadLettersPath(topic, partition, startOffset, run);
      await store.createIfAbsent(path, [content]);
      deadLetters = { path, records, bytes: content.length, sha256 };
    }
    return {
      version: 1,
      ...key,
      startOffset,
      nextOffset,
      files,
      deadLetters,
      hole: null,
      writer: instance,
      run,
      committedAt: new Date(clock()).toISOString(),
    };
  }
}
