import type { ObjectStore, StoredObject } from '../../runtime/lake/object-store.ts';

/** What happened to a store, in order: `create <path>`, `delete <path>`. */
type StoreAction = string;

/**
 * A lake in memory that writes down what is done to it, and on which a test can make one call fail: before it takes
 * effect, or after (a lost response).
 */
export class RecordingStore implements ObjectStore {
  readonly location = 'memory';
  readonly actions: StoreAction[] = [];
  readonly objects = new Map<string, Buffer>();
  /** Asked before each create; may throw, and may return `afterwards` to be called once the object is stored. */
  beforeCreate: (path: string) => Promise<void> | void = () => undefined;
  afterCreate: (path: string) => Promise<void> | void = () => undefined;

  async createIfAbsent(path: string, content: readonly Buffer[]): Promise<'created' | 'exists'> {
    await this.beforeCreate(path);
    if (this.objects.has(path)) {
      this.actions.push(`exists ${path}`);
      return 'exists';
    }
    this.objects.set(path, Buffer.concat(content));
    this.actions.push(`create ${path}`);
    await this.afterCreate(path);
    return 'created';
  }

  async overwrite(path: string, content: Buffer): Promise<void> {
    this.objects.set(path, content);
  }

  async read(path: string): Promise<Buffer | undefined> {
    return this.objects.get(path);
  }

  async *list(folder: string, options: { readonly startingAt?: string } = {}): AsyncGenerator<StoredObject> {
    for (const path of [...this.objects.keys()].sort()) {
      if (path.startsWith(folder) && path >= (options.startingAt ?? '')) {
        yield { path, size: (this.objects.get(path) as Buffer).length, storedAt: 0 };
      }
    }
  }

  async listFolders(folder: string): Promise<readonly string[]> {
    const names = [...this.objects.keys()]
      .filter((path) => path.startsWith(folder) && path.slice(folder.length).includes('/'))
      .map((path) => path.slice(folder.length).split('/')[0] as string);
    return [...new Set(names)].sort();
  }

  async delete(path: string): Promise<void> {
    this.actions.push(`delete ${path}`);
    this.objects.delete(path);
  }
}
