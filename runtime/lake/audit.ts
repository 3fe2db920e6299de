import { auditContent } from './audit-content.ts';
import { type ChainKey, listChains } from './commit-chain.ts';
import { type CommitRecord, decodeCommitRecord, recordsIn } from './commit-record.ts';
import type { ObjectStore } from './object-store.ts';
import { commitsFolder } from './paths.ts';
import { listSegmentObjects } from './segment-objects.ts';

/** What a chain holds, counted from its records. */
interface ChainSummary extends ChainKey {
  readonly commits: number;
  /** Offsets the chain speaks of: `[from, to)`. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly deadLetters: number;
  /** Offsets that Kafka deleted before they were read. */
  readonly holeOffsets: number;
}

/** The findings of an audit; the lake is sound when there are no faults. */
interface AuditReport {
  readonly chains: readonly ChainSummary[];
  /** One sentence each, naming the object. */
  readonly faults: readonly string[];
  /** Objects that no record names: leftovers of crashed or overtaken writers, invisible and harmless. */
  readonly orphans: { readonly objects: number; readonly bytes: number };
}

/** How thorough an audit is. */
interface AuditOptions {
  /**
   * Whether data files and dead letters are read: checksum, counts, hours, and each offset once. Else only the records
   * and the presence and size of what they name are checked.
   */
  readonly contents: boolean;
}

async function auditChain(
  store: ObjectStore,
  key: ChainKey,
  visit: (path: string, record: CommitRecord) => Promise<void>,
  faults: string[],
): Promise<ChainSummary> {
  const folder = commitsFolder(key.log, key.topic, key.partition);
  const summary = { ...key, commits: 0, from: 0, to: 0, rows: 0, deadLetters: 0, holeOffsets: 0 };
  for await (const { path } of store.list(folder)) {
    const content = await store.read(path);
    if (!content) {
      faults.push(`${path} was listed and is gone`);
      continue;
    }
    let record: CommitRecord;
    try {
      record = decodeCommitRecord(path, content);
    } catch (error) {
      faults.push((error as Error).message);
      continue;
    }
    if (summary.commits++ === 0) summary.from = record.startOffset;
    else if (record.startOffset !== summary.to) {
      faults.push(`${path} starts at ${record.startOffset}, the record before it ends at ${summary.to}`);
    }
    if (record.nextOffset <= record.startOffset) {
      faults.push(`${path} ends at ${record.nextOffset}, where it starts or before`);
    }
    summary.to = record.nextOffset;
    summary.rows += recordsIn(record);
    summary.deadLetters += record.deadLetters?.records ?? 0;
    if (record.hole !== null) summary.holeOffsets += record.nextOffset - record.startOffset;
    await visit(path, record);
  }
  return summary;
}

/**
 * Walks every chain of the lake and compares what its records say with what is stored: continuity, presence, sizes,
 * and (`contents`) checksums, counts, hours and Kafka coordinates.
 */
export async function auditLake(store: ObjectStore, options: AuditOptions): Promise<AuditReport> {
  const faults: string[] = [];
  // Listed before the chains are: what is committed while the audit runs is then no orphan.
  const unnamed = new Map<string, number>();
  for await (const { path, size } of listSegmentObjects(store)) unnamed.set(path, size);
  const namedBy = new Map<string, string>();
  const visit = async (recordPath: string, record: CommitRecord) => {
    for (const { path, bytes } of [...record.files, ...(record.deadLetters ? [record.deadLetters] : [])]) {
      const other = namedBy.get(path);
      if (other !== undefined) faults.push(`${path} is named by ${recordPath} and by ${other}`);
      namedBy.set(path, recordPath);
      const size = unnamed.get(path);
      unnamed.delete(path);
      if (size !== undefined && size !== bytes) {
        faults.push(`${path} has ${size} bytes, ${recordPath} says ${bytes}`);
      } else if (size === undefined && !options.contents && !(await store.read(path))) {
        faults.push(`${path} is missing; ${recordPath} names it`);
      }
    }
    if (options.contents) faults.push(...(await auditContent(store, recordPath, record)));
  };
  const chains: ChainSummary[] = [];
  for (const key of await listChains(store)) chains.push(await auditChain(store, key, visit, faults));
  const bytes = [...unnamed.values()].reduce((sum, size) => sum + size, 0);
  return { chains, faults, orphans: { objects: unnamed.size, bytes } };
}
