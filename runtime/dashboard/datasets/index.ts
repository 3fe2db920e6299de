import type { z } from 'zod';
import { activity, totals } from './activity.ts';
import { audienceBy, byState } from './audience.ts';
import type { Dataset } from './dataset.ts';
import { topArtists, topSongs } from './popularity.ts';

const all = [totals, activity, topSongs, topArtists, audienceBy, byState] as const;

/** Every dataset there is, in the order of the API's document. */
export const datasets: readonly Dataset[] = all as readonly unknown[] as readonly Dataset[];

type Declared = (typeof all)[number];

/** The name of a dataset. */
export type DatasetName = Declared['name'];

/** What a dataset takes and returns, for the page. */
export type DatasetParams<Name extends DatasetName> = z.input<Extract<Declared, { name: Name }>['params']>;
export type DatasetRow<Name extends DatasetName> = z.output<Extract<Declared, { name: Name }>['row']>;
