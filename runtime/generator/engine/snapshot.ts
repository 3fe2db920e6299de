import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine, ShardState } from './engine.ts';

const prefix = 'state-';
const suffix = '.bin';

/** One shard's place in a snapshot file. */
type ShardHeader = Omit<ShardState, 'words'> & { readonly wordCount: number };

/**
 * Keeps the state of a population in a folder, one file per snapshot, `state-<seconds since the start>.bin`: per
 * shard a line of JSON, then its words in the machine's byte order. Files appear whole or not at all.
 */
export class SnapshotFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Saves the engine's state, and removes all older snapshots once the new one is in place. */
  async save(engine: Engine): Promise<void> {
    const name = `${prefix}${engine.now}${suffix}`;
    await mkdir(this.#folder, { recursive: true });
    const temporary = join(this.#folder, `${name}.new`);
    const file = await open(temporary, 'w');
    try {
      for await (const { words, ...rest } of engine.save()) {
        const header: ShardHeader = { ...rest, wordCount: words.length };
        await file.write(`${JSON.stringify(header)}\n`);
        const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
        for (let done = 0; done < bytes.length; ) {
          done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
        }
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(this.#folder, name));
    await this.#removeBut(name);
  }

  /** The latest snapshot at or before `second`; undefined where there is none. */
  async load(second: number): Promise<readonly ShardState[] | undefined> {
    const times = (await this.#names()).map((name) => Number(name.slice(prefix.length, -suffix.length)));
    const latest = Math.max(...times.filter((time) => time <= second));
    if (latest === -Infinity) return undefined;
    return parse(await readFile(join(this.#folder, `${prefix}${latest}${suffix}`)));
  }

  /** Removes all snapshots: they are of a run that begins anew. */
  async clear(): Promise<void> {
    await this.#removeBut(undefined);
  }

  async #names(): Promise<string[]> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names.filter((name) => name.startsWith(prefix) && name.endsWith(suffix));
  }

  async #removeBut(kept: string | undefined): Promise<void> {
    for (const name of await this.#names()) if (name !== kept) await rm(join(this.#folder, name));
  }
}

function parse(content: Buffer): ShardState[] {
  const states: ShardState[] = [];
  for (let at = 0; at < content.length; ) {
    const lineEnd = content.indexOf(10, at);
    const { wordCount, ...header } = JSON.parse(content.toString('utf8', at, lineEnd)) as ShardHeader;
    const end = lineEnd + 1 + wordCount * 4;
    // Copied, because words must lie at a multiple of four bytes.
    const words = new Int32Array(new Uint8Array(content.subarray(lineEnd + 1, end)).buffer);
    states.push({ ...header, words });
    at = end;
  }
  return states;
}
