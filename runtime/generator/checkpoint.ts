import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { errorMessage, SetupError } from '../program/errors.ts';
import type { TopicCounts } from './engine/engine.ts';
import type { SinkPosition } from './sinks/sink.ts';

/** What a run depends on, by the name of its setting: two runs with equal identities have equal events. */
export type RunIdentity = Readonly<Record<string, string | number | boolean | null>>;

/** How far a run has come. */
export interface Checkpoint {
  readonly identity: RunIdentity;
  /** The window's start, milliseconds since the epoch. */
  readonly startMs: number;
  /** Seconds since the start up to which every event is safe in all outputs. */
  readonly safeUntil: number;
  /** Events up to then, each counted once. */
  readonly events: TopicCounts;
  /** How far each output is, by its name. */
  readonly outputs: Readonly<Record<string, SinkPosition>>;
}

const version = 1;

/** Keeps a run's checkpoint in a folder: replaced in one step, so that a kill leaves the old one or the new one. */
export class CheckpointFile {
  readonly #folder: string;
  readonly #path: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, 'checkpoint.json');
  }

  /**
   * The checkpoint of a run with this identity; undefined where there is none yet.
   * @throws SetupError `configuration` where the folder holds another run's checkpoint, or one that cannot be read
   */
  async load(identity: RunIdentity): Promise<Checkpoint | undefined> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    const stored = this.#parse(text);
    const names = [...new Set([...Object.keys(stored.identity), ...Object.keys(identity)])];
    const differences = names.filter((name) => stored.identity[name] !== identity[name]);
    if (differences.length > 0) {
      const lines = differences.map(
        (name) =>
          `  ${name}: it was ${describe(stored.identity[name])}, now it is ${describe(identity[name])}`,
      );
      throw new SetupError(
        'configuration',
        `the checkpoint in ${this.#folder} is of a run with other settings:\n${lines.join('\n')}\n` +
          'Restore them to go on with that run, or name another folder (or remove this one) to begin a new run.',
      );
    }
    return stored;
  }

  async save(checkpoint: Checkpoint): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const temporary = `${this.#path}.new`;
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(`${JSON.stringify({ version, ...checkpoint }, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
  }

  #parse(text: string): Checkpoint {
    try {
      const stored = JSON.parse(text) as Checkpoint & { version: number };
      if (stored.version !== version)
        throw new Error(`its version is ${stored.version}, expected ${version}`);
      return stored;
    } catch (error) {
      throw new SetupError(
        'configuration',
        `${this.#path} is no checkpoint of this program: ${errorMessage(error)}. Remove it to begin a new run.`,
        { cause: error },
      );
    }
  }
}

/** Saves checkpoints at most so often, and the last one when asked to: what is not saved is sent again after a kill. */
export class CheckpointKeeper {
  readonly #file: CheckpointFile;
  readonly #everyMs: number;
  #savedAt = -Infinity;
  #unsaved: Checkpoint | undefined;

  constructor(file: CheckpointFile, everyMs: number) {
    this.#file = file;
    this.#everyMs = everyMs;
  }

  async keep(checkpoint: Checkpoint): Promise<void> {
    this.#unsaved = checkpoint;
    if (performance.now() - this.#savedAt >= this.#everyMs) await this.flush();
  }

  async flush(): Promise<void> {
    if (!this.#unsaved) return;
    await this.#file.save(this.#unsaved);
    this.#unsaved = undefined;
    this.#savedAt = performance.now();
  }
}

function describe(value: RunIdentity[string] | undefined): string {
  return value === undefined || value === null ? 'not set' : String(value);
}
