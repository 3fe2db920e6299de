import type { z } from 'zod';
import { activity, totals } from './activity.ts';
import { audienceBy, byState, demographics } from './audience.ts';
import {
  artist,
  artistDays,
  artistOfSong,
  artistRankHistory,
  artistSongs,
  song,
  songDays,
  songRankHistory,
} from './catalogue.ts';
import { artistChart, chartDays, songChart } from './charts.ts';
import type { Dataset } from './dataset.ts';
import { activeUsers, funnel, retention, sessions, subscriptions } from './growth.ts';
import { pipelineLoads, pipelineTopics } from './pipeline.ts';
import { topArtists, topSongs } from './popularity.ts';
import { wrapped, wrappedArtists, wrappedNearest, wrappedSongs, wrappedYears } from './wrapped.ts';

const all = [
  totals,
  activity,
  topSongs,
  topArtists,
  audienceBy,
  demographics,
  byState,
  songChart,
  artistChart,
  chartDays,
  song,
  songDays,
  songRankHistory,
  artistOfSong,
  artist,
  artistDays,
  artistSongs,
  artistRankHistory,
  activeUsers,
  subscriptions,
  retention,
  funnel,
  sessions,
  wrapped,
  wrappedSongs,
  wrappedArtists,
  wrappedYears,
  wrappedNearest,
  pipelineTopics,
  pipelineLoads,
] as const;

/** Every dataset there is, in the order of the API's document. */
export const datasets: readonly Dataset[] = all as readonly unknown[] as readonly Dataset[];

type Declared = (typeof all)[number];

/** The name of a dataset. */
export type DatasetName = Declared['name'];

/** What a dataset takes and returns, for the page. */
export type DatasetParams<Name extends DatasetName> = z.input<Extract<Declared, { name: Name }>['params']>;
export type DatasetRow<Name extends DatasetName> = z.output<Extract<Declared, { name: Name }>['row']>;
