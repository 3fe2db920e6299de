/**
 * Brings what the BigQuery tests need beyond the bootstrap, about 1.3 GB: dbt with both adapters and sqlfluff, Google's SQL
 * analyzer with its reference engine, and an emulator of BigQuery. A no-op when all is there; with `--check` it brings
 * nothing and exits 1 when something is missing.
 */
import { join } from 'node:path';
import { bring, makeJars, makePython, run } from './tools/bring.mjs';

/** DuckDB finds its extensions below the home folder of whoever runs it; the emulator gets one of its own. */
const placeExtensions = `
import importlib.util, pathlib, shutil, sys
import duckdb
platform = duckdb.sql("pragma platform").fetchone()[0]
for name in ("avro", "spatial"):
    package = pathlib.Path(importlib.util.find_spec(f"duckdb_extension_{name}").origin).parent
    for file in package.glob("extensions/*/*.duckdb_extension"):
        target = pathlib.Path(sys.argv[1], ".duckdb", "extensions", file.parent.name, platform)
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
`;

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
  {
    title: 'an emulator of BigQuery',
    input: '__tests__/bigquery/requirements.lock',
    output: 'bigquery/emulator',
    make(lock, output) {
      makePython(lock, output);
      run(join(output, 'bin', 'python'), ['-c', placeExtensions, join(output, 'home')]);
    },
  },
]);
