import { lakeFolders } from '../contract/lake-folders.ts';
import { SetupError } from '../program/errors.ts';
import { type CommitRecord, decodeCommitRecord } from './commit-record.ts';
import type { ObjectStore } from './object-store.ts';
import { commitPath, commitsFolder } from './paths.ts';

/** One partition's chain of commit records. */
export interface ChainKey {
  readonly log: string;
  readonly topic: string;
  readonly partition: number;
}

/** Reads one commit record, or undefined where none starts at `startOffset`. */
export async function readCommitRecord(
  store: ObjectStore,
  { log, topic, partition }: ChainKey,
  startOffset: number,
): Promise<CommitRecord | undefined> {
  const path = commitPath(log, topic, partition, startOffset);
  const content = await store.read(path);
  return content && decodeCommitRecord(path, content);
}

/**
 * The last record of a chain, or undefined where it is empty. Records are created strictly in order, so it is the
 * one with the greatest start. `hint`, the start of some record (what Kafka was last told), spares listing the whole
 * chain; a hint that names no record is ignored.
 */
export async function chainTail(
  store: ObjectStore,
  key: ChainKey,
  hint?: number,
): Promise<CommitRecord | undefined> {
  const folder = commitsFolder(key.log, key.topic, key.partition);
  const startingAt = hint === undefined ? undefined : commitPath(key.log, key.topic, key.partition, hint);
  let first: string | undefined;
  let last: string | undefined;
  for await (const { path } of store.list(folder, startingAt === undefined ? {} : { startingAt })) {
    first ??= path;
    last = path;
  }
  if (startingAt !== undefined && first !== startingAt) return chainTail(store, key);
  if (last === undefined) return undefined;
  const content = await store.read(last);
  if (!content) throw new SetupError('chain_broken', `commit record ${last} was listed and is gone`);
  return decodeCommitRecord(last, content);
}

/**
 * The records of a chain from the one that starts at `fromOffset` on (the chain's beginning where it is undefined),
 * each checked to begin where the one before ends.
 * @throws SetupError `chain_broken` at the first gap or overlap.
 */
export async function* readChain(
  store: ObjectStore,
  key: ChainKey,
  fromOffset?: number,
): AsyncGenerator<CommitRecord> {
  const folder = commitsFolder(key.log, key.topic, key.partition);
  const options =
    fromOffset === undefined ? {} : { startingAt: commitPath(key.log, key.topic, key.partition, fromOffset) };
  let expected = fromOffset;
  for await (const { path } of store.list(folder, options)) {
    const content = await store.read(path);
    if (!content) throw new SetupError('chain_broken', `commit record ${path} was listed and is gone`);
    const record = decodeCommitRecord(path, content);
    if (expected !== undefined && record.startOffset !== expected) {
      throw new SetupError(
        'chain_broken',
        `commit record ${path} starts at ${record.startOffset}, the record before it ends at ${expected}`,
      );
    }
    expected = record.nextOffset;
    yield record;
  }
}

/** All chains of the lake, over all logs, topics and partitions. */
export async function listChains(store: ObjectStore): Promise<ChainKey[]> {
  const chains: ChainKey[] = [];
  for (const log of await store.listFolders(lakeFolders.commits)) {
    for (const topic of await store.listFolders(`${lakeFolders.commits}${log}/`)) {
      for (const partition of await store.listFolders(`${lakeFolders.commits}${log}/${topic}/`)) {
        chains.push({ log, topic, partition: Number(partition.slice(1)) });
      }
    }
  }
  return chains;
}
