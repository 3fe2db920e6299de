import type { PartitionLog } from '../kafka/admin.ts';
import { type ChainKey, chainTail } from '../lake/commit-chain.ts';
import { type CommitRecord, encodeCommitRecord } from '../lake/commit-record.ts';
import { commitPath } from '../lake/paths.ts';
import { SetupError } from '../program/errors.ts';
import type { Logger } from '../program/log.ts';
import type { WriterSurroundings } from './partition-writer.ts';

/** What decides where a partition's writer starts. */
export interface OpenPartitionProps extends WriterSurroundings {
  readonly key: ChainKey;
  /** The offsets that Kafka has of the partition. */
  readonly partitionLog: PartitionLog;
  /** Start of the last record that Kafka was told of; only a hint where to begin listing. */
  readonly hint: number | undefined;
  readonly log: Logger;
  /** Called with each hole that had to be recorded. */
  readonly holeFound: (record: CommitRecord) => void;
}

/**
 * Finds the offset from which a partition must be read: the tail of its chain of commit records, or the log's
 * beginning where there is none. Offsets that Kafka deleted before they were read become a recorded hole.
 * @throws SetupError `log_recreated` when the log ends before the tail.
 */
export async function openPartition(props: OpenPartitionProps): Promise<number> {
  const { store, key, partitionLog } = props;
  for (;;) {
    const tail = await chainTail(store, key, props.hint);
    if (tail === undefined) return partitionLog.start;
    if (partitionLog.end < tail.nextOffset) {
      throw new SetupError(
        'log_recreated',
        `the lake has ${key.topic} partition ${key.partition} up to offset ${tail.nextOffset}, but Kafka's log ends at ${partitionLog.end}: ` +
          'the topic was recreated. Raise BEATFLOW_LOG_GENERATION by one to begin a new chain; nothing in the lake is lost by it.',
      );
    }
    if (partitionLog.start <= tail.nextOffset) return tail.nextOffset;
    const hole = await recordHole(props, tail.nextOffset, partitionLog.start);
    if (hole) {
      props.holeFound(hole);
      return hole.nextOffset;
    }
  }
}

/** Records that offsets are gone; undefined when another writer's record was there first. */
async function recordHole(
  { store, key, instance, newRun, clock, log }: OpenPartitionProps,
  startOffset: number,
  nextOffset: number,
): Promise<CommitRecord | undefined> {
  const record: CommitRecord = {
    version: 1,
    ...key,
    startOffset,
    nextOffset,
    files: [],
    deadLetters: null,
    hole: 'Kafka deleted these records before they were read',
    writer: instance,
    run: newRun(),
    committedAt: new Date(clock()).toISOString(),
  };
  const path = commitPath(key.log, key.topic, key.partition, startOffset);
  const outcome = await store.createIfAbsent(path, [encodeCommitRecord(record)]);
  if (outcome === 'exists') return undefined;
  log.error(
    { ...key, startOffset, nextOffset },
    'a hole in the log was recorded: retention passed unread records',
  );
  return record;
}
