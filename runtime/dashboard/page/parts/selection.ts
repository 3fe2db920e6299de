import { usStateOf } from '../../shared/us-states.ts';
import type { PageContext } from '../app.ts';
import type { Filters } from '../filters.ts';
import { day } from '../format.ts';

/** What the parts of a page show: the filters and where they came from. */
export interface Selection {
  readonly filters: Filters;
  readonly context: PageContext;
}

/** The period and the audience in words. */
export function selectionText({ from, to, state, level }: Filters): string {
  const place = state ? (usStateOf(state)?.name ?? state) : 'the whole country';
  const who = level ? `${level} listeners` : 'everyone';
  return `${from === to ? day(from) : `${day(from)} – ${day(to)}`}, ${who}, ${place}`;
}

/** The filters as parameters of a dataset. */
export function parametersOf({ filters: { from, to, state, level } }: Selection) {
  return { from, to, state, level } as const;
}
