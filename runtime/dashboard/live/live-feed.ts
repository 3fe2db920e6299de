import { lakeFolders } from '../../contract/lake-folders.ts';
import { decodeLiveSnapshot } from '../../lake/live-snapshot.ts';
import type { ObjectStore } from '../../lake/object-store.ts';
import type { Logger } from '../../program/logger.ts';
import { type LiveState, mergeSnapshots } from './live-state.ts';

/** Snapshots come every five seconds; in the cloud each look is a request that costs. */
const pollMilliseconds = 2_000;

/** Reads the consumers' live snapshots while somebody is looking. */
export class LiveFeed {
  readonly #lake: ObjectStore | undefined;
  readonly #log: Logger;
  readonly #listeners = new Set<(state: LiveState) => void>();
  #timer: NodeJS.Timeout | undefined;
  #failing = false;

  /** @param lake undefined where the dashboard has none: then nobody tells. */
  constructor(lake: ObjectStore | undefined, logger: Logger) {
    this.#lake = lake;
    this.#log = logger;
  }

  /** The state now. */
  async read(): Promise<LiveState> {
    const snapshots = [];
    if (this.#lake) {
      for await (const { path } of this.#lake.list(lakeFolders.live)) {
        if (!path.endsWith('.json')) continue;
        const content = await this.#lake.read(path);
        const snapshot = content && decodeLiveSnapshot(content.toString('utf8'));
        if (snapshot) snapshots.push(snapshot);
      }
    }
    return mergeSnapshots(snapshots, Date.now());
  }

  /** Calls `listener` with the state every two seconds; returns the function that ends it. */
  watch(listener: (state: LiveState) => void): () => void {
    this.#listeners.add(listener);
    if (!this.#timer) this.#poll();
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#listeners.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #poll(): void {
    this.#timer = setTimeout(async () => {
      try {
        const state = await this.read();
        this.#failing = false;
        for (const listener of this.#listeners) listener(state);
      } catch (error) {
        if (!this.#failing) this.#log.warn({ error }, 'the live snapshots cannot be read');
        this.#failing = true;
      }
      this.#timer = undefined;
      if (this.#listeners.size > 0) this.#poll();
    }, pollMilliseconds);
    this.#timer.unref();
  }
}
