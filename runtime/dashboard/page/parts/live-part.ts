import type { LiveState } from '../../live/live-state.ts';

/** A part of the live page. */
export interface LivePart {
  readonly element: HTMLElement;
  /** Shows what the consumers say. */
  show(live: LiveState): void;
}

/** Stands for a number that no consumer reports. */
export const unknown = '–';
