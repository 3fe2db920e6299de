import type { ObjectStore } from '../lake/object-store.ts';
import { errorMessage, SetupError } from '../program/errors.ts';
import type { ChangeChoice } from './config.ts';
import { noEvents, type TopicCounts } from './engine/engine.ts';
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
const path = 'checkpoint.json';

/** Keeps a run's checkpoint in a folder or a bucket, replaced in one step: a kill leaves the old one or the new one. */
export class CheckpointStore {
  readonly #store: ObjectStore;

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /**
   * The checkpoint that there is; undefined where there is none yet.
   * @throws SetupError `configuration` for one that cannot be read
   */
  async load(): Promise<Checkpoint | undefined> {
    const content = await this.#store.read(path);
    if (!content) return undefined;
    try {
      const stored = JSON.parse(content.toString()) as Checkpoint & { version: number };
      if (stored.version !== version)
        throw new Error(`its version is ${stored.version}, expected ${version}`);
      return stored;
    } catch (error) {
      throw new SetupError(
        'configuration',
        `${path} in ${this.#store.location} is no checkpoint of this program: ${errorMessage(error)}. ` +
          'Remove it to begin a new run.',
        { cause: error },
      );
    }
  }

  async save(checkpoint: Checkpoint): Promise<void> {
    await this.#store.overwrite(
      path,
      Buffer.from(`${JSON.stringify({ version, ...checkpoint }, null, 2)}\n`),
    );
  }
}

/** A checkpoint to go on from. */
interface Resumption {
  readonly checkpoint: Checkpoint;
  /** Settings that are not those of the checkpoint that was found, each with what it was and is; none for the same run. */
  readonly changes: readonly string[];
}

/**
 * How a run with this identity goes on from a checkpoint. One with other settings is refused, or followed: then the
 * new run begins at the second up to which the one before is safe, so that the two neither overlap nor leave a gap.
 * @throws SetupError `configuration` naming every difference, where these are refused
 */
export function resume(
  stored: Checkpoint,
  identity: RunIdentity,
  onChange: ChangeChoice,
  location: string,
): Resumption {
  const names = [...new Set([...Object.keys(stored.identity), ...Object.keys(identity)])];
  const changes = names
    .filter((name) => stored.identity[name] !== identity[name])
    .map(
      (name) => `${name}: it was ${describe(stored.identity[name])}, now it is ${describe(identity[name])}`,
    );
  if (changes.length === 0) return { checkpoint: stored, changes };
  if (onChange === 'refuse') {
    throw new SetupError(
      'configuration',
      `the checkpoint in ${location} is of a run with other settings:\n  ${changes.join('\n  ')}\n` +
        'Restore them to go on with that run, or name another folder (or remove this one) to begin a new run.',
    );
  }
  const startMs = stored.startMs + stored.safeUntil * 1000;
  const checkpoint = { identity, startMs, safeUntil: 0, events: noEvents, outputs: stored.outputs };
  return { checkpoint, changes };
}

/** Saves checkpoints at most so often, and the last one when asked to: what is not saved is sent again after a kill. */
export class CheckpointKeeper {
  readonly #store: CheckpointStore;
  readonly #everyMs: number;
  #savedAt = -Infinity;
  #unsaved: Checkpoint | undefined;

  constructor(store: CheckpointStore, everyMs: number) {
    this.#store = store;
    this.#everyMs = everyMs;
  }

  async keep(checkpoint: Checkpoint): Promise<void> {
    this.#unsaved = checkpoint;
    if (performance.now() - this.#savedAt >= this.#everyMs) await this.flush();
  }

  async flush(): Promise<void> {
    if (!this.#unsaved) return;
    await this.#store.save(this.#unsaved);
    this.#unsaved = undefined;
    this.#savedAt = performance.now();
  }
}

function describe(value: RunIdentity[string] | undefined): string {
  return value === undefined || value === null ? 'not set' : String(value);
}
