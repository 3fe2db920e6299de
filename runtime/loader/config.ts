import { lakeVariables } from '../lake/open-store.ts';
import { type ConfigOf, readConfig, text, variable } from '../program/config.ts';
import { bigQueryVariables, duckDbVariables, warehouseVariable } from '../warehouse/config.ts';

const commonVariables = {
  ...lakeVariables,
  warehouse: warehouseVariable,
};

const duckDbLoaderVariables = { ...commonVariables, ...duckDbVariables };
/** The variables that the loader of a BigQuery warehouse reads. */
export const bigQueryLoaderVariables = {
  ...commonVariables,
  ...bigQueryVariables,
  maxHours: variable(
    'BEATFLOW_LOADER_MAX_HOURS',
    'Hours of one topic that one run loads; the rest waits for the next. Within 24 hours it is 1,000 at most.',
    text.integer({ min: 1, max: 10_000 }).default(500),
  ),
};

/** The loader's environment variables, those of both kinds of warehouse. */
export const loaderVariables = { ...duckDbLoaderVariables, ...bigQueryLoaderVariables };

/** The loader's configuration; which of the other variables it needs depends on the kind of warehouse. */
export type LoaderConfig =
  | ({ readonly kind: 'duckdb' } & ConfigOf<typeof duckDbLoaderVariables>)
  | ({ readonly kind: 'bigquery' } & ConfigOf<typeof bigQueryLoaderVariables>);

/**
 * Reads the loader's configuration.
 * @throws SetupError naming every fault at once.
 */
export function readLoaderConfig(environment: Readonly<Record<string, string | undefined>>): LoaderConfig {
  return environment[warehouseVariable.env] === 'bigquery'
    ? { kind: 'bigquery', ...readConfig(bigQueryLoaderVariables, environment) }
    : { kind: 'duckdb', ...readConfig(duckDbLoaderVariables, environment) };
}
