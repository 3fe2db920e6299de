import { errorMessage } from '../../program/errors.ts';
import type { Logger } from '../../program/logger.ts';
import { DuckDbMartsVersion } from './duckdb-version.ts';
import { readPointer } from './files.ts';
import { MartsUnavailable, type MartsVersion, type MartsWarehouse } from './marts.ts';
import type { MartsPointer } from './pointer.ts';

/** Where published marts are read and how often the pointer is looked at. */
interface MartsStoreProps {
  /** The folder with `current.json`; need not exist yet. */
  readonly marts: string;
  readonly logger: Logger;
  /** @default 1000 */
  readonly pollMilliseconds?: number;
}

/** Marts published as Parquet on this machine; follows the pointer while it is open. */
class MartsStore implements MartsWarehouse {
  readonly #props: MartsStoreProps;
  readonly #listeners = new Set<(pointer: MartsPointer) => void>();
  #current: DuckDbMartsVersion | undefined;
  #fault: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(props: MartsStoreProps) {
    this.#props = props;
  }

  get pointer(): MartsPointer | undefined {
    return this.#current?.pointer;
  }

  get fault(): string | undefined {
    return this.#fault;
  }

  async read<T>(work: (version: MartsVersion) => Promise<T>): Promise<T> {
    const version = this.#current;
    if (!version) throw new MartsUnavailable('no_data', 'no marts have been published yet');
    version.retain();
    try {
      return await work(version);
    } finally {
      version.release();
    }
  }

  onChange(listener: (pointer: MartsPointer) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#listeners.clear();
    this.#current?.retire();
    this.#current = undefined;
  }

  /** Looks at the pointer now and again after each interval. */
  async follow(): Promise<void> {
    try {
      await this.#refresh();
      this.#fault = undefined;
    } catch (error) {
      const fault = errorMessage(error);
      if (fault !== this.#fault) this.#props.logger.warn({ error }, 'the published marts cannot be opened');
      this.#fault = fault;
    }
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.follow(), this.#props.pollMilliseconds ?? 1000);
    this.#timer.unref();
  }

  async #refresh(): Promise<void> {
    const pointer = await readPointer(this.#props.marts);
    if (!pointer || pointer.version === this.#current?.pointer.version) return;
    const next = await DuckDbMartsVersion.open(this.#props.marts, pointer);
    if (this.#closed) {
      next.retire();
      return;
    }
    this.#current?.retire();
    this.#current = next;
    this.#props.logger.info({ version: pointer.version }, 'marts opened');
    for (const listener of this.#listeners) listener(pointer);
  }
}

/**
 * Opens the marts published in a folder. A folder without any is no error: they are opened when the first version
 * appears. Neither is an unreadable one: see {@link MartsWarehouse.fault}.
 */
export async function openMarts(props: MartsStoreProps): Promise<MartsWarehouse> {
  const store = new MartsStore(props);
  await store.follow();
  return store;
}
