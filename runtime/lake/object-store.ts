/** An object as a listing names it. */
export interface StoredObject {
  /** Path from the lake's root, parts separated by `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** When it was stored, by the store's clock, milliseconds since the epoch. */
  readonly storedAt: number;
}

/**
 * What the lake needs of a place to keep objects in. Objects are whole: a reader sees one completely or not at all.
 */
export interface ObjectStore {
  /** Where the lake is, for people. */
  readonly location: string;
  /**
   * Stores an object unless there is one at its path, durably, and says which it was. Of several writers racing for
   * a path exactly one is told `created`.
   */
  createIfAbsent(path: string, content: readonly Buffer[]): Promise<'created' | 'exists'>;
  /** Stores an object in place of what was there; the last of several writers wins. Never for what the lake's truth is made of. */
  overwrite(path: string, content: Buffer): Promise<void>;
  /** The object's bytes, or undefined where there is none. */
  read(path: string): Promise<Buffer | undefined>;
  /** Objects below a folder (ends in `/`), in order of their paths, from `startingAt` on where given. */
  list(folder: string, options?: { readonly startingAt?: string }): AsyncIterable<StoredObject>;
  /** Names of the folders directly below a folder, in order. */
  listFolders(folder: string): Promise<readonly string[]>;
  delete(path: string): Promise<void>;
}
