import type { FormatName, Slice } from '../engine/engine.ts';

/** Where events go. */
export interface Sink {
  /** The form it takes. */
  readonly format: FormatName;
  /** Resolves when the slice is safe; until then its memory must not change. */
  write(slice: Slice): Promise<void>;
  /** Resolves when nothing is held back any more. */
  close(): Promise<void>;
}
