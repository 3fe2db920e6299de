import { setTimeout as delay } from 'node:timers/promises';
import { partitionKey } from '../contract/partition-key.ts';
import type { TopicName } from '../contract/topics.ts';
import type { KafkaAdmin } from '../kafka/admin.ts';
import type { LogReader, LogReaderHandler } from '../kafka/log-reader.ts';
import type { RecordBatch, TopicPartition } from '../kafka/record-batch.ts';
import type { ChainKey } from '../lake/commit-chain.ts';
import type { Logger } from '../program/logger.ts';
import { type Inspector, JsonInspector, MessageInspector } from './message-inspector.ts';
import type { ConsumerMetrics } from './metrics.ts';
import { openPartition } from './open-partition.ts';
import { type CommitOutcome, PartitionWriter, type WriterSurroundings } from './partition-writer.ts';

/** When records move on to the lake, and how much may be held until then. */
export interface RotationLimits {
  readonly commitIntervalMs: number;
  /** Over all partitions. */
  readonly bufferBytes: number;
  /** Event hours (files) of one partition. */
  readonly maxOpenHours: number;
}

interface ConsumerProps extends WriterSurroundings {
  readonly admin: Pick<KafkaAdmin, 'partitionLog' | 'committedOffsets'>;
  /** Name of the Kafka log in the lake. */
  readonly logName: string;
  readonly group: string;
  /** Topics whose messages are JSON objects; those of the others are Avro single objects. */
  readonly jsonTopics: ReadonlySet<string>;
  readonly limits: RotationLimits;
  readonly metrics: Pick<ConsumerMetrics, 'assigned' | 'batchRead' | 'committed' | 'lostRace' | 'holeFound'>;
  readonly logger: Logger;
  /** Called once when the consumer cannot go on. */
  readonly failed: (error: Error) => void;
}

interface Assigned extends TopicPartition {
  readonly opening: Promise<PartitionWriter>;
  writer?: PartitionWriter;
  /** The end that the log had when the partition was opened. */
  endAtOpening: number;
  /** The position that the reader was last told to go to. */
  soughtTo?: number;
}

/** Keeps the fetches that are refused while draining from spinning. */
const drainingPauseMs = 50;

/** Routes the batches of a group member's partitions to their writers, and decides when these rotate. */
export class Consumer implements LogReaderHandler {
  readonly #props: ConsumerProps;
  readonly #assigned = new Map<string, Assigned>();
  readonly #inspectors = new Map<string, Inspector>();
  #reader: LogReader | undefined;
  #joined = false;
  #draining = false;

  constructor(props: ConsumerProps) {
    this.#props = props;
  }

  /** The reader that brings the batches; to be given before it starts. */
  attach(reader: LogReader): void {
    this.#reader = reader;
    for (const assigned of this.#assigned.values()) this.#seekTo(assigned);
  }

  /** Whether the group has given this member its partitions, be they none. */
  get joined(): boolean {
    return this.#joined;
  }

  /** Whether all was read that its partitions' logs held when they were opened; what was read may yet be on its way. */
  get caughtUp(): boolean {
    const read = ({ writer, endAtOpening }: Assigned) =>
      writer !== undefined && writer.position >= endAtOpening;
    return this.#joined && [...this.#assigned.values()].every(read);
  }

  /** Seconds since a broker last answered; 0 while nothing is read. */
  get kafkaSilenceSeconds(): number {
    return this.#reader ? (this.#props.clock() - this.#reader.lastAnswerAt) / 1000 : 0;
  }

  get heldBytes(): number {
    return this.#writers().reduce((sum, writer) => sum + writer.heldBytes, 0);
  }

  get openFiles(): number {
    return this.#writers().reduce((sum, writer) => sum + writer.openFiles, 0);
  }

  /** Age of the oldest record that was read and is not in the lake, milliseconds; 0 when there is none. */
  get oldestUnacknowledgedMs(): number {
    const now = this.#props.clock();
    return this.#writers().reduce((age, { oldestUnacknowledged }) => {
      return oldestUnacknowledged === undefined ? age : Math.max(age, now - oldestUnacknowledged);
    }, 0);
  }

  assigned(partitions: readonly TopicPartition[]): void {
    this.#joined = true;
    this.#props.metrics.assigned(partitions);
    const kept = new Set(partitions.map(partitionKey));
    for (const [key, { writer, opening }] of this.#assigned) {
      if (kept.has(key)) continue;
      this.#assigned.delete(key);
      if (writer) writer.drop();
      else opening.then((late) => late.drop()).catch(() => undefined);
    }
    for (const partition of partitions) {
      const known = this.#assigned.get(partitionKey(partition));
      if (known) this.#seekTo(known);
      else this.#open(partition);
    }
  }

  async batch(batch: RecordBatch): Promise<number | undefined> {
    if (this.#draining) {
      await delay(drainingPauseMs);
      return undefined;
    }
    const assigned = this.#assigned.get(partitionKey(batch));
    if (!assigned) return undefined;
    // What was sought before the batch came: a seek while it waits here says nothing about where it was fetched from.
    const soughtTo = batch.inOrder ? assigned.soughtTo : undefined;
    const writer = await assigned.opening;
    if (batch.fetchedOffset > writer.position && !(await this.#maySkip(assigned, writer, soughtTo))) {
      return this.#positionOf(batch);
    }
    if (batch.endOffset < writer.position) {
      // Kafka never gives an offset back: the log is another one. Opening the partition says so and what to do.
      await this.#reopen(assigned);
      return this.#positionOf(batch);
    }
    for (const record of batch.records) writer.append(record);
    const { topic, partition, records, endOffset } = batch;
    this.#props.metrics.batchRead(topic, partition, records.length, Math.max(0, endOffset - writer.position));
    await this.#makeRoom(writer);
    return this.#positionOf(batch);
  }

  failed(error: Error): void {
    this.#props.failed(error);
  }

  /** Rotates the writers whose records have waited long enough; to be called a few times per commit interval. */
  tick(): void {
    const due = this.#props.clock() - this.#props.limits.commitIntervalMs;
    for (const writer of this.#writers()) {
      if (writer.pendingCommits === 0 && (writer.fillingSince ?? Number.POSITIVE_INFINITY) <= due)
        writer.rotate();
    }
  }

  /** Sends what was read on its way to the lake without waiting for the commit interval. */
  commitNow(): void {
    for (const writer of this.#writers()) if (writer.pendingCommits === 0) writer.rotate();
  }

  /** Takes no more batches and brings what was read into the lake. */
  async drain(): Promise<void> {
    this.#draining = true;
    const writers = this.#writers();
    for (const writer of writers) writer.rotate();
    await Promise.all(writers.map((writer) => writer.settle()));
  }

  #writers(): PartitionWriter[] {
    return [...this.#assigned.values()].flatMap(({ writer }) => writer ?? []);
  }

  #positionOf(partition: TopicPartition): number | undefined {
    return this.#assigned.get(partitionKey(partition))?.writer?.position;
  }

  #inspector(topic: TopicName): Inspector {
    const known = this.#inspectors.get(topic);
    if (known) return known;
    const Made = this.#props.jsonTopics.has(topic) ? JsonInspector : MessageInspector;
    const made = new Made(topic, this.#props.clock);
    this.#inspectors.set(topic, made);
    return made;
  }

  #open({ topic, partition }: TopicPartition): void {
    const opened = this.#openWriter(topic as TopicName, partition);
    const opening = opened.then(({ writer }) => writer);
    // Whoever waits for it is told; so is the consumer, below, whether anyone waits or not.
    opening.catch(() => undefined);
    const assigned: Assigned = { topic, partition, opening, endAtOpening: 0 };
    this.#assigned.set(partitionKey(assigned), assigned);
    opened.then(
      ({ writer, end }) => {
        if (this.#assigned.get(partitionKey(assigned)) !== assigned) return;
        assigned.endAtOpening = end;
        assigned.writer = writer;
        this.#seekTo(assigned);
      },
      (error: Error) => this.#props.failed(error),
    );
  }

  async #openWriter(
    topic: TopicName,
    partition: number,
  ): Promise<{ readonly writer: PartitionWriter; readonly end: number }> {
    const { admin, group, logName, logger, metrics } = this.#props;
    const key: ChainKey = { log: logName, topic, partition };
    const committed = (await admin.committedOffsets(group, topic)).find(
      (offset) => offset.partition === partition,
    );
    const hint = committed?.metadata ? Number(committed.metadata) : undefined;
    const { position, end } = await openPartition({
      ...this.#props,
      key,
      partitionLog: () => admin.partitionLog(topic, partition),
      hint: Number.isSafeInteger(hint) ? hint : undefined,
      holeFound: (record) => metrics.holeFound(record),
    });
    logger.info({ topic, partition, position }, 'partition opened at the tail of its chain');
    const writer = new PartitionWriter({
      ...this.#props,
      key,
      inspector: this.#inspector(topic),
      position,
      settled: (outcome) => this.#settled(outcome),
      failed: (error) => this.#props.failed(error),
    });
    return { writer, end };
  }

  #seekTo(assigned: Assigned): void {
    if (!this.#reader || !assigned.writer) return;
    assigned.soughtTo = assigned.writer.position;
    this.#reader.seek(assigned, assigned.writer.position);
  }

  /**
   * Whether a batch that begins beyond the writer's position may be taken. If Kafka deleted the records between, the
   * partition is opened anew and the hole recorded; if the reader was sent to the position before the batch came and
   * went on to this batch, there are none (control records, compaction). Else it was fetched before the seek, from
   * where Kafka's own offset pointed, and is read again.
   */
  async #maySkip(
    assigned: Assigned,
    writer: PartitionWriter,
    soughtBefore: number | undefined,
  ): Promise<boolean> {
    const { start } = await this.#props.admin.partitionLog(assigned.topic, assigned.partition);
    if (start > writer.position) {
      writer.rotate();
      await writer.settle();
      await this.#reopen(assigned);
      return false;
    }
    if (soughtBefore === writer.position) return true;
    assigned.soughtTo = writer.position;
    return false;
  }

  /** Finds anew where a partition must be read from, unless it was taken away meanwhile. */
  async #reopen(assigned: Assigned): Promise<void> {
    if (this.#assigned.get(partitionKey(assigned)) !== assigned) return;
    assigned.writer?.drop();
    this.#open(assigned);
    await this.#assigned.get(partitionKey(assigned))?.opening;
  }

  /** Rotates full writers and waits until the memory held is within bounds again: the back-pressure to Kafka. */
  async #makeRoom(writer: PartitionWriter): Promise<void> {
    const { bufferBytes, maxOpenHours } = this.#props.limits;
    if (writer.openFiles > maxOpenHours) {
      if (writer.pendingCommits > 0) await writer.settle();
      writer.rotate();
    }
    while (this.heldBytes > bufferBytes) {
      const largest = this.#writers().reduce((one, other) => (other.heldBytes > one.heldBytes ? other : one));
      largest.rotate();
      await largest.settle();
    }
  }

  #settled(outcome: CommitOutcome): void {
    const { metrics, logger } = this.#props;
    const { topic, partition, startOffset, nextOffset, writer } =
      outcome.kind === 'committed' ? outcome.record : outcome.winner;
    if (outcome.kind === 'committed') {
      metrics.committed(outcome.record);
      logger.info(
        { topic, partition, startOffset, nextOffset, files: outcome.record.files.length },
        'committed',
      );
      this.#reader?.commit({ topic, partition }, nextOffset, String(startOffset)).catch((error: Error) => {
        logger.warn(
          { topic, partition, reason: error.message },
          'Kafka did not take the offset; the lake has it',
        );
      });
      return;
    }
    metrics.lostRace(topic);
    logger.warn(
      { topic, partition, startOffset, winner: writer },
      'another writer committed first; starting over at its end',
    );
    if (this.#assigned.has(partitionKey({ topic, partition }))) this.#open({ topic, partition });
  }
}
