import { createHash } from 'node:crypto';
import type { LogRecord } from '../kafka/record-batch.ts';
import { type AvroFile, AvroFileBuilder, type Codec } from '../lake/avro-file.ts';
import { encodeDeadLetter } from '../lake/dead-letters.ts';
import { hourOf } from '../lake/paths.ts';
import type { DeadLetterError, Inspector } from './message-inspector.ts';

/** A data file of a finished segment. */
interface SegmentFile extends AvroFile {
  /** Start of the event hour, milliseconds since the epoch. */
  readonly hour: number;
  readonly fingerprint: string;
  readonly minEventTime: number;
  readonly maxEventTime: number;
}

/** What one commit record will name. */
export interface FinishedSegment {
  readonly startOffset: number;
  readonly nextOffset: number;
  readonly files: readonly SegmentFile[];
  readonly deadLetters: {
    readonly content: Buffer;
    readonly records: number;
    readonly sha256: string;
  } | null;
}

interface OpenFile {
  readonly builder: AvroFileBuilder;
  readonly hour: number;
  readonly fingerprint: string;
  minEventTime: number;
  maxEventTime: number;
}

/** What a segment needs to know of its place. */
interface SegmentProps {
  readonly topic: string;
  readonly partition: number;
  readonly startOffset: number;
  readonly codec: Codec;
  readonly inspector: Inspector;
  /** When its first record was appended, milliseconds; set by the writer's clock. */
  readonly clock: () => number;
}

/** A contiguous run of one partition's offsets being gathered: a file per event hour and schema, and dead letters. */
export class Segment {
  readonly startOffset: number;
  readonly #props: SegmentProps;
  readonly #files = new Map<string, OpenFile>();
  #lastFile: OpenFile | undefined;
  readonly #dead: string[] = [];
  #deadBytes = 0;
  #nextOffset: number;
  #openedAt: number | undefined;

  constructor(props: SegmentProps) {
    this.#props = props;
    this.startOffset = props.startOffset;
    this.#nextOffset = props.startOffset;
  }

  /** The offset after the last record appended. */
  get nextOffset(): number {
    return this.#nextOffset;
  }

  /** When the first record was appended; undefined while it is empty. */
  get openedAt(): number | undefined {
    return this.#openedAt;
  }

  get openFiles(): number {
    return this.#files.size;
  }

  /** Memory that the segment holds, bytes. */
  get heldBytes(): number {
    let bytes = this.#deadBytes;
    for (const { builder } of this.#files.values()) bytes += builder.heldBytes;
    return bytes;
  }

  /** Appends the next record of the log, as a row or as a dead letter. */
  append(record: LogRecord): void {
    this.#openedAt ??= this.#props.clock();
    this.#nextOffset = record.offset + 1;
    const inspection = this.#props.inspector.inspect(record.value);
    if (!inspection.valid) {
      this.#bury(record, inspection.error, inspection.detail);
      return;
    }
    const { eventTime, writer } = inspection;
    const hour = hourOf(eventTime);
    let file = this.#lastFile;
    if (file?.hour !== hour || file.fingerprint !== writer.fingerprint) {
      const key = `${hour} ${writer.fingerprint}`;
      file = this.#files.get(key);
      if (!file) {
        const builder = new AvroFileBuilder(writer.lakeSchema, this.#props.codec);
        const { fingerprint } = writer;
        file = { builder, hour, fingerprint, minEventTime: eventTime, maxEventTime: eventTime };
        this.#files.set(key, file);
      }
      this.#lastFile = file;
    }
    if (eventTime < file.minEventTime) file.minEventTime = eventTime;
    if (eventTime > file.maxEventTime) file.maxEventTime = eventTime;
    file.builder.append(inspection, this.#props.partition, record.offset, record.timestamp);
  }

  #bury(record: LogRecord, error: DeadLetterError, detail: string): void {
    const { topic, partition } = this.#props;
    const line = encodeDeadLetter({ topic, partition, error, detail }, record);
    this.#dead.push(line);
    this.#deadBytes += line.length;
  }

  /** Closes all files; nothing can be appended after. */
  async finish(): Promise<FinishedSegment> {
    const files = await Promise.all(
      Array.from(this.#files.values(), async ({ builder, ...file }) => ({
        ...file,
        ...(await builder.finish()),
      })),
    );
    files.sort((left, right) => left.hour - right.hour);
    const content = Buffer.from(this.#dead.join(''));
    return {
      startOffset: this.startOffset,
      nextOffset: this.#nextOffset,
      files,
      deadLetters:
        this.#dead.length === 0
          ? null
          : {
              content,
              records: this.#dead.length,
              sha256: createHash('sha256').update(content).digest('hex'),
            },
    };
  }
}
