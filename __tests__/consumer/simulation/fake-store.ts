import type { ObjectStore, StoredObject } from '../../../runtime/lake/object-store.ts';
import type { Scheduler } from './scheduler.ts';

interface Stored {
  readonly content: Buffer;
  readonly storedAt: number;
}

/** The objects of the lake, which all processes share. */
export type Objects = Map<string, Stored>;

/** The lake as one process sees it: over a network. */
export class FakeStore implements ObjectStore {
  readonly location = 'simulated';
  readonly #owner: string;
  readonly #objects: Objects;
  readonly #scheduler: Scheduler;
  readonly #clock: () => number;

  constructor(owner: string, objects: Objects, scheduler: Scheduler, clock: () => number) {
    this.#owner = owner;
    this.#objects = objects;
    this.#scheduler = scheduler;
    this.#clock = clock;
  }

  createIfAbsent(path: string, content: readonly Buffer[]): Promise<'created' | 'exists'> {
    return this.#scheduler.request(this.#owner, () => {
      if (this.#objects.has(path)) return 'exists';
      this.#objects.set(path, { content: Buffer.concat(content), storedAt: this.#clock() });
      return 'created';
    });
  }

  async overwrite(): Promise<void> {
    throw new Error('the commit protocol never overwrites');
  }

  read(path: string): Promise<Buffer | undefined> {
    return this.#scheduler.request(this.#owner, () => this.#objects.get(path)?.content);
  }

  async *list(folder: string, options: { readonly startingAt?: string } = {}): AsyncGenerator<StoredObject> {
    const { startingAt = '' } = options;
    yield* await this.#scheduler.request(this.#owner, () =>
      [...this.#objects]
        .filter(([path]) => path.startsWith(folder) && path >= startingAt)
        .map(([path, { content, storedAt }]) => ({ path, size: content.length, storedAt }))
        .sort((left, right) => (left.path < right.path ? -1 : 1)),
    );
  }

  listFolders(folder: string): Promise<readonly string[]> {
    return this.#scheduler.request(this.#owner, () => {
      const below = [...this.#objects.keys()].filter((path) => path.startsWith(folder));
      const names = below.map((path) => path.slice(folder.length).split('/'));
      return [...new Set(names.filter(({ length }) => length > 1).map(([name]) => name as string))].sort();
    });
  }

  delete(path: string): Promise<void> {
    return this.#scheduler.request(this.#owner, () => void this.#objects.delete(path));
  }
}
