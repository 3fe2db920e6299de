import type { PartitionLog } from '../kafka/admin.ts';
import { type ChainKey, chainTail } from '../lake/commit-chain.ts';
import { type CommitRecord, encodeCommitRecord } from '../lake/commit-record.ts';
import { commitPath } from '../lake/paths.ts';
import { SetupError } from '../program/errors.ts';
import type { Logger } from '../program/logger.ts';
import type { WriterSurroundings } from './partition-writer.ts';

/** What decides where a partition's writer starts. */
interface OpenPartitionProps extends WriterSurroundings {
  readonly key: ChainKey;
  /** Asks Kafka which offsets it has of the partition. */
  readonly partitionLog: () => Promise<PartitionLog>;
  /** Start of the last record that Kafka was told of; only a hint where to begin listing. */
  readonly hint: number | undefined;
  readonly logger: Logger;
  /** Called with each hole that had to be recorded. */
  readonly holeFound: (record: CommitRecord) => void;
}

/** Where a partition is to be read from. */
interface OpenedPartition {
  /** The end of its chain. */
  readonly position: number;
  /** The end that its log had when it was opened. */
  readonly end: number;
}

/** Why the offsets of a hole are in no file. */
const beforeTheLake = 'Kafka had deleted these records before the chain began';
const retention = 'Kafka deleted these records before they were read';

/**
 * Finds where a partition must be read from: the tail of its chain of commit records. A chain begins at
 * offset 0 whatever the log still has, so that all writers contend for the same first record. Offsets that Kafka
 * deleted before they were read become a recorded hole.
 * @throws SetupError `log_recreated` when the log ends before the tail.
 */
export async function openPartition(props: OpenPartitionProps): Promise<OpenedPartition> {
  const { store, key } = props;
  for (;;) {
    const tail = await chainTail(store, key, props.hint);
    const position = tail?.nextOffset ?? 0;
    // Asked after the tail was read: another writer may commit at any time, and only then does a log that ends
    // before the tail prove that it is another log.
    const partitionLog = await props.partitionLog();
    if (partitionLog.end < position) {
      throw new SetupError(
        'log_recreated',
        `the lake has ${key.topic} partition ${key.partition} up to offset ${position}, but Kafka's log ends at ${partitionLog.end}: ` +
          'the topic was recreated. Raise BEATFLOW_LOG_GENERATION by one to begin a new chain; nothing in the lake is lost by it.',
      );
    }
    const { end } = partitionLog;
    if (partitionLog.start <= position) return { position, end };
    const hole = await recordHole(props, {
      startOffset: position,
      nextOffset: partitionLog.start,
      hole: tail ? retention : beforeTheLake,
    });
    if (!hole) continue;
    if (tail) {
      props.holeFound(hole);
      const { startOffset, nextOffset } = hole;
      props.logger.error(
        { ...key, startOffset, nextOffset },
        'a hole in the log was recorded: retention passed unread records',
      );
    }
    return { position: hole.nextOffset, end };
  }
}

/** Records that offsets are gone; undefined when another writer's record was there first. */
async function recordHole(
  { store, key, instance, newRun, clock }: OpenPartitionProps,
  hole: Pick<CommitRecord, 'startOffset' | 'nextOffset' | 'hole'>,
): Promise<CommitRecord | undefined> {
  const record: CommitRecord = {
    version: 1,
    ...key,
    ...hole,
    files: [],
    deadLetters: null,
    writer: instance,
    run: newRun(),
    committedAt: new Date(clock()).toISOString(),
  };
  const path = commitPath(key.log, key.topic, key.partition, hole.startOffset);
  const outcome = await store.createIfAbsent(path, [encodeCommitRecord(record)]);
  return outcome === 'created' ? record : undefined;
}
