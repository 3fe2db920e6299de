import type { ObjectStore } from '../../lake/object-store.ts';
import type { Engine, ShardState } from './engine.ts';

const path = 'state.bin';

/** One shard's place in a snapshot. */
type ShardHeader = Omit<ShardState, 'words'> & { readonly wordCount: number };

/**
 * Keeps the latest state of a population, `state.bin`: a line that names the run, then per shard a line of JSON and
 * its words in the machine's byte order. It is replaced in one step.
 */
export class SnapshotStore {
  readonly #store: ObjectStore;
  readonly #run: string;

  /** @param run name of the run; the snapshot of another one is not used */
  constructor(store: ObjectStore, run: string) {
    this.#store = store;
    this.#run = run;
  }

  /** Saves the engine's state in place of the one before. */
  async save(engine: Engine): Promise<void> {
    const pieces: Buffer[] = [Buffer.from(`${JSON.stringify(this.#run)}\n`)];
    for await (const { words, ...rest } of engine.save()) {
      const header: ShardHeader = { ...rest, wordCount: words.length };
      pieces.push(
        Buffer.from(`${JSON.stringify(header)}\n`),
        Buffer.from(words.buffer, words.byteOffset, words.byteLength),
      );
    }
    await this.#store.overwrite(path, Buffer.concat(pieces));
  }

  /** The snapshot, where it is of this run and not later than `second`; else undefined. */
  async load(second: number): Promise<readonly ShardState[] | undefined> {
    const content = await this.#store.read(path);
    if (!content) return undefined;
    const lineEnd = content.indexOf(10);
    if (content.toString('utf8', 0, lineEnd) !== JSON.stringify(this.#run)) return undefined;
    const states = parse(content, lineEnd + 1);
    return states.every(({ now }) => now <= second) ? states : undefined;
  }
}

function parse(content: Buffer, start: number): ShardState[] {
  const states: ShardState[] = [];
  for (let at = start; at < content.length; ) {
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
