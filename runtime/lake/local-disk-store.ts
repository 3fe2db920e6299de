import { randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ObjectStore, StoredObject } from './object-store.ts';

const stagingFolder = '.staging';

function hasCode(error: unknown, code: string): boolean {
  return (error as NodeJS.ErrnoException).code === code;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * A lake in a folder. Put-if-absent is a synced temporary file that is linked to its name: the link either appears
 * whole or fails because the name is taken, also after a power cut.
 */
export class LocalDiskStore implements ObjectStore {
  readonly location: string;
  readonly #root: string;
  readonly #knownFolders = new Map<string, Promise<void>>();

  /** @param root folder of the lake; it is created with the first object. */
  constructor(root: string) {
    this.#root = root;
    this.location = pathToFileURL(root).href;
  }

  /** Makes a folder durable: each new name is synced in the folder that holds it. */
  #ensureFolder(folder: string): Promise<void> {
    const known = this.#knownFolders.get(folder);
    if (known) return known;
    const made = (async () => {
      if (folder !== this.#root) await this.#ensureFolder(dirname(folder));
      else await mkdir(dirname(folder), { recursive: true });
      try {
        await mkdir(folder);
        await syncFolder(dirname(folder));
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error;
      }
    })();
    this.#knownFolders.set(folder, made);
    made.catch(() => this.#knownFolders.delete(folder));
    return made;
  }

  async #stage(content: readonly Buffer[]): Promise<string> {
    const folder = join(this.#root, stagingFolder);
    await this.#ensureFolder(folder);
    const path = join(folder, randomUUID());
    const file = await open(path, 'wx');
    try {
      await file.writev(content as Buffer[]);
      await file.sync();
    } finally {
      await file.close();
    }
    return path;
  }

  async createIfAbsent(path: string, content: readonly Buffer[]): Promise<'created' | 'exists'> {
    const target = join(this.#root, path);
    await this.#ensureFolder(dirname(target));
    const staged = await this.#stage(content);
    try {
      await link(staged, target);
      await syncFolder(dirname(target));
      return 'created';
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return 'exists';
      throw error;
    } finally {
      await unlink(staged);
    }
  }

  async overwrite(path: string, content: Buffer): Promise<void> {
    const target = join(this.#root, path);
    await this.#ensureFolder(dirname(target));
    await rename(await this.#stage([content]), target);
  }

  async read(path: string): Promise<Buffer | undefined> {
    try {
      return await readFile(join(this.#root, path));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  async *list(folder: string, options: { readonly startingAt?: string } = {}): AsyncGenerator<StoredObject> {
    for (const entry of await this.#entries(folder)) {
      const path = `${folder}${entry.name}`;
      if (entry.isDirectory()) {
        const below = `${path}/`;
        const whollyBefore =
          options.startingAt !== undefined &&
          below < options.startingAt &&
          !options.startingAt.startsWith(below);
        if (!whollyBefore) yield* this.list(below, options);
      } else if (options.startingAt === undefined || path >= options.startingAt) {
        const found = await this.#describe(path);
        if (found) yield found;
      }
    }
  }

  /** An object of a listing; undefined where it was deleted since. */
  async #describe(path: string): Promise<StoredObject | undefined> {
    try {
      const { size, mtimeMs } = await stat(join(this.#root, path));
      return { path, size, storedAt: mtimeMs };
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  async listFolders(folder: string): Promise<readonly string[]> {
    return (await this.#entries(folder)).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  }

  async delete(path: string): Promise<void> {
    await rm(join(this.#root, path), { force: true });
  }

  /** Entries in the order of the paths below them: a folder sorts as its name with a slash. */
  async #entries(folder: string): Promise<Dirent[]> {
    const sortKey = (entry: Dirent) => (entry.isDirectory() ? `${entry.name}/` : entry.name);
    try {
      const entries = await readdir(join(this.#root, folder), { withFileTypes: true });
      return entries
        .filter(({ name }) => name !== stagingFolder)
        .sort((left, right) => (sortKey(left) < sortKey(right) ? -1 : 1));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return [];
      throw error;
    }
  }
}
