import type { FormatName, Slice } from '../engine/engine.ts';

/** What an output must know of itself to go on after a restart; plain JSON. */
export type SinkPosition = Readonly<Record<string, string | number>>;

/** Where events go. */
export interface Sink {
  /** The form it takes; undefined where it only counts. */
  readonly format: FormatName | undefined;
  /** Resolves when the slice is safe; until then its memory must not change. */
  write(slice: Slice): Promise<void>;
  /** How far everything is that was written. */
  position(): SinkPosition;
  /** Resolves when nothing is held back any more. */
  close(): Promise<void>;
}
