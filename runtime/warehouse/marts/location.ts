import { z } from 'zod';
import { variable } from '../../program/config.ts';

/** Where a dataset is. */
export interface BigQueryLocation {
  readonly project: string;
  readonly dataset: string;
  readonly location: string;
}

/** Where marts are: published in a folder, or tables of a BigQuery dataset. */
export type MartsLocation = { readonly folder: string } | { readonly bigquery: BigQueryLocation };

const expected = 'expected a folder, or bigquery://<project>/<dataset>?location=<location>';
const bigQueryForm =
  /^bigquery:\/\/([a-z][a-z0-9-]{4,28}[a-z0-9])\/([A-Za-z0-9_]{1,1024})\?location=([A-Za-z0-9-]+)$/;

/** Reads a location; undefined for text that looks like BigQuery and is not. */
export function parseMartsLocation(text: string): MartsLocation | undefined {
  if (!text.startsWith('bigquery:')) return { folder: text };
  const [, project, dataset, location] = bigQueryForm.exec(text) ?? [];
  return project && dataset && location ? { bigquery: { project, dataset, location } } : undefined;
}

/** The variable by which programs find the marts. */
export const martsVariables = {
  marts: variable(
    'BEATFLOW_MARTS',
    'Where the marts are: a folder of published ones, or bigquery://<project>/<dataset>?location=<location>.',
    z
      .string()
      .min(1)
      .transform((text, context): MartsLocation => {
        const location = parseMartsLocation(text);
        if (location) return location;
        context.addIssue({ code: 'custom', message: expected });
        return z.NEVER;
      }),
  ),
};
