/**
 * Brings what the BigQuery tests of dbt need beyond the bootstrap, about 700 MB: dbt with both adapters and sqlfluff,
 * and Google's SQL analyzer with its reference engine. A no-op when all is there; with `--check` it brings nothing and
 * exits 1 when something is missing.
 */
import { bring, makeJars, makePython } from './tools/bring.mjs';

bring([
  {
    title: 'dbt for BigQuery and sqlfluff',
    input: 'dbt/requirements-dev.lock',
    output: 'bigquery/python',
    make: makePython,
  },
  {
    title: "Google's SQL analyzer",
    input: '__tests__/dbt/bigquery/pom.xml',
    output: 'bigquery/jars',
    make: makeJars,
  },
]);
