import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAvroFile } from '../../runtime/lake/avro-reader.ts';
import { listChains, readChain } from '../../runtime/lake/commit-chain.ts';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';

/** What commit records say that a lake holds. */
interface LakeEvents {
  /** Events of all topics. */
  readonly total: number;
  /** Of each page view: user, session and place in the session. */
  readonly pageViews: readonly string[];
}

/** Reads all events of a lake, those of page views out of the files themselves. */
export async function eventsIn(lake: string): Promise<LakeEvents> {
  const store = new LocalDiskStore(lake);
  let total = 0;
  const pageViews: string[] = [];
  for (const key of await listChains(store)) {
    for await (const { files } of readChain(store, key)) {
      for (const { path, records } of files) {
        total += records;
        if (key.topic !== 'page_view_events') continue;
        for (const { userId, sessionId, itemInSession } of readAvroFile(path, readFileSync(join(lake, path))))
          pageViews.push(`user ${userId} session ${sessionId} item ${itemInSession}`);
      }
    }
  }
  return { total, pageViews };
}

/** What the generator keeps of how far it is. */
interface Progress {
  readonly startMs: number;
  readonly safeUntil: number;
  readonly events: Readonly<Record<string, number>>;
}

/** Reads it; a generator that has not begun is nowhere. */
export function progressIn(lake: string): Progress {
  const path = join(lake, '_generator/checkpoint.json');
  if (!existsSync(path)) return { startMs: 0, safeUntil: 0, events: {} };
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Event time up to which everything is safe, milliseconds since the epoch. */
export const safeTime = ({ startMs, safeUntil }: Progress) => startMs + safeUntil * 1000;

/** Events of the run so far. */
export const generated = ({ events }: Progress) =>
  Object.values(events).reduce((sum, count) => sum + count, 0);
