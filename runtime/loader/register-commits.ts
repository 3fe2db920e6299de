import { partitionKey } from '../contract/partition-key.ts';
import { type ChainKey, listChains, readChain } from '../lake/commit-chain.ts';
import { type CommitRecord, recordsIn } from '../lake/commit-record.ts';
import type { ObjectStore } from '../lake/object-store.ts';
import { commitPath, parseHour } from '../lake/paths.ts';
import { SetupError } from '../program/errors.ts';
import type { RegisteredCommit, Warehouse } from '../warehouse/raw/warehouse.ts';

const chainKey = (chain: ChainKey) => `${chain.log}/${partitionKey(chain)}`;

/** Records registered in one transaction. */
const registerBatch = 500;

function registered(record: CommitRecord): RegisteredCommit {
  const { log, topic, partition, startOffset, nextOffset } = record;
  const recordPath = commitPath(log, topic, partition, startOffset);
  return {
    commit: {
      log,
      topic,
      partition,
      startOffset,
      nextOffset,
      records: recordsIn(record),
      deadLetters: record.deadLetters?.records ?? 0,
      committedAt: Date.parse(record.committedAt),
      recordPath,
    },
    files: record.files.map(({ path, hour, records, bytes, sha256, fingerprint }) => ({
      topic,
      hour: parseHour(hour),
      path,
      recordPath,
      records,
      bytes,
      sha256,
      loadedAt: null,
      fingerprint,
    })),
  };
}

/** The records of a chain that come after the one that starts at `last`. */
async function* recordsAfter(
  store: ObjectStore,
  key: ChainKey,
  last: number | undefined,
): AsyncGenerator<CommitRecord> {
  let known = last === undefined;
  for await (const record of readChain(store, key, last)) {
    if (known) yield record;
    known = true;
  }
  if (!known) {
    throw new SetupError(
      'chain_broken',
      `the warehouse knows the record of ${key.topic} partition ${key.partition} at offset ${last}, the lake does not: ` +
        'is this the lake that the warehouse was loaded from?',
    );
  }
}

/** The commit records that the warehouse has not seen, chain by chain. */
export async function* unseenCommits(
  store: ObjectStore,
  warehouse: Warehouse,
): AsyncGenerator<RegisteredCommit> {
  const progress = new Map(
    (await warehouse.chainProgress()).map((chain) => [chainKey(chain), chain.lastStartOffset]),
  );
  for (const key of await listChains(store)) {
    const last = progress.get(chainKey(key));
    for await (const record of recordsAfter(store, key, last)) yield registered(record);
  }
}

/** Takes the commit records that the warehouse has not seen into its bookkeeping; resolves with their number. */
export async function registerCommits(store: ObjectStore, warehouse: Warehouse): Promise<number> {
  let batch: RegisteredCommit[] = [];
  let count = 0;
  const flush = async () => {
    if (batch.length > 0) await warehouse.register(batch);
    count += batch.length;
    batch = [];
  };
  for await (const commit of unseenCommits(store, warehouse)) {
    batch.push(commit);
    if (batch.length === registerBatch) await flush();
  }
  await flush();
  return count;
}
