import type { z } from 'zod';
import { activityDatasets } from './activity.ts';
import { audienceDatasets } from './audience.ts';
import { catalogueDatasets } from './catalogue.ts';
import { chartsDatasets } from './charts.ts';
import type { Dataset } from './dataset.ts';
import { growthDatasets } from './growth.ts';
import { pipelineDatasets } from './pipeline.ts';
import { popularityDatasets } from './popularity.ts';
import { wrappedDatasets } from './wrapped.ts';

const all = [
  ...activityDatasets,
  ...popularityDatasets,
  ...audienceDatasets,
  ...chartsDatasets,
  ...catalogueDatasets,
  ...growthDatasets,
  ...wrappedDatasets,
  ...pipelineDatasets,
] as const;

/** Every dataset there is, in the order of the API's document. */
export const datasets: readonly Dataset[] = all as readonly unknown[] as readonly Dataset[];

type Declared = (typeof all)[number];

/** The name of a dataset. */
export type DatasetName = Declared['name'];

/** What a dataset takes and returns, for the page. */
export type DatasetParams<Name extends DatasetName> = z.input<Extract<Declared, { name: Name }>['params']>;
export type DatasetRow<Name extends DatasetName> = z.output<Extract<Declared, { name: Name }>['row']>;
