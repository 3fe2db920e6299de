import { dayMs } from '../contract/durations.ts';
import { partitionKey } from '../contract/partition-key.ts';
import { chainTail, listChains, readChain } from './commit-chain.ts';
import type { ObjectStore } from './object-store.ts';
import { listSegmentObjects, type SegmentObject } from './segment-objects.ts';

/** Age from which an object that no record names is an orphan, milliseconds. */
const orphanAgeMs = dayMs;

/** What a sweep did. */
interface SweepReport {
  readonly deleted: readonly string[];
  readonly bytes: number;
  /** Unnamed objects that are young, or that a writer could still commit. */
  readonly kept: number;
}

/** What a sweep may and does touch. */
interface SweepOptions {
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Only say what would be deleted. @default false */
  readonly dryRun?: boolean;
}

/** Those of `candidates` that no commit record names. */
async function unnamed(store: ObjectStore, candidates: readonly SegmentObject[]): Promise<SegmentObject[]> {
  const left = new Map(candidates.map((object) => [object.path, object]));
  const chains = await listChains(store);
  for (const key of chains) {
    if (!candidates.some((object) => partitionKey(object) === partitionKey(key))) continue;
    for await (const { files, deadLetters } of readChain(store, key)) {
      for (const { path } of files) left.delete(path);
      if (deadLetters) left.delete(deadLetters.path);
    }
  }
  return [...left.values()];
}

/** The offsets at which a partition's chains end: only segments that start there can still be committed. */
async function tails(store: ObjectStore): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const ends = new Map<string, Set<number>>();
  for (const key of await listChains(store)) {
    const tail = await chainTail(store, key);
    const known = ends.get(partitionKey(key)) ?? new Set();
    if (tail) known.add(tail.nextOffset);
    ends.set(partitionKey(key), known);
  }
  return ends;
}

/**
 * Deletes what crashed or overtaken writers left: data files and dead letters a day old that no record names. One
 * that starts at a chain's end or beyond is kept however old it is, because its writer may have been asleep and could still
 * create the record; once another record stands there, it no longer can.
 */
export async function sweepOrphans(store: ObjectStore, options: SweepOptions): Promise<SweepReport> {
  const due = options.clock() - orphanAgeMs;
  const old: SegmentObject[] = [];
  for await (const object of listSegmentObjects(store)) if (object.storedAt <= due) old.push(object);
  if (old.length === 0) return { deleted: [], bytes: 0, kept: 0 };
  // The ends are read before the records: a segment that is committed between the two is found named.
  const ends = await tails(store);
  const deleted: SegmentObject[] = [];
  const orphans = await unnamed(store, old);
  for (const object of orphans) {
    const partitionEnds = [...(ends.get(partitionKey(object)) ?? [])];
    const passed = partitionEnds.some((end) => end > object.startOffset);
    if (!passed || partitionEnds.includes(object.startOffset)) continue;
    if (!options.dryRun) await store.delete(object.path);
    deleted.push(object);
  }
  return {
    deleted: deleted.map(({ path }) => path),
    bytes: deleted.reduce((sum, { size }) => sum + size, 0),
    kept: orphans.length - deleted.length,
  };
}
