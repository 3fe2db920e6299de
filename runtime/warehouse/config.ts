import { z } from 'zod';
import { text, variable } from '../program/config.ts';

/** The variables by which programs find the DuckDB warehouse. */
export const duckDbVariables = {
  duckDbPath: variable('BEATFLOW_DUCKDB_PATH', 'The DuckDB file of the warehouse.', text.nonEmpty()),
  avroExtension: variable(
    'BEATFLOW_DUCKDB_AVRO_EXTENSION',
    "File of DuckDB's avro extension; unset: the one that DuckDB has installed.",
    text.nonEmpty().optional(),
  ),
};

/** The variables by which programs find the BigQuery warehouse. */
export const bigQueryVariables = {
  project: variable('BEATFLOW_PROJECT', 'Google Cloud project of the BigQuery warehouse.', text.nonEmpty()),
  location: variable('BEATFLOW_LOCATION', 'Location of its datasets.', text.nonEmpty()),
  datasetPrefix: variable(
    'BEATFLOW_DATASET_PREFIX',
    'What the names of its datasets begin with; the raw tables are in <prefix>_raw.',
    text.nonEmpty(),
  ),
};

/** Which of the two warehouses a program works on. */
export const warehouseVariable = variable(
  'BEATFLOW_WAREHOUSE',
  'Kind of warehouse: duckdb or bigquery.',
  z.enum(['duckdb', 'bigquery']).default('duckdb') as unknown as z.ZodType<
    'duckdb' | 'bigquery',
    string | undefined
  >,
);
