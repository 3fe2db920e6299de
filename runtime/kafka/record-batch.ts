/** One partition of one topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** A record as it lies in the log. */
export interface LogRecord {
  readonly offset: number;
  /** Time of production, milliseconds since the epoch. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** Records of one partition as one fetch brought them, in offset order. */
export interface RecordBatch extends TopicPartition {
  /** The offset that was asked for; records may begin after it, where control records or compaction left gaps. */
  readonly fetchedOffset: number;
  /** Whether the reader went from where it was last sent to this batch, leaving nothing out. */
  readonly inOrder: boolean;
  readonly records: readonly LogRecord[];
  /** The next offset the partition will write. */
  readonly endOffset: number;
}
