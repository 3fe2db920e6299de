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
