import type { DuckDBConnection } from '@duckdb/node-api';
import { topicNames } from '../contract/topics.ts';
import { plainRows } from './duckdb-values.ts';
import type { Row } from './marts.ts';
import type { PipelineState } from './marts-pointer.ts';

/** Runs of the loader that are told. */
const toldLoads = 8;

/** The rows of a query with plain values. */
export async function rowsOf(
  connection: DuckDBConnection,
  sql: string,
  values: Record<string, string | number> = {},
): Promise<Row[]> {
  return plainRows(await connection.run(sql, values));
}

/** The names of the tables of a schema, in order. */
export async function tablesOf(connection: DuckDBConnection, schema: string): Promise<readonly string[]> {
  const rows = await rowsOf(
    connection,
    'select table_name from information_schema.tables where table_schema = $schema order by table_name',
    { schema },
  );
  return rows.map(({ table_name }) => String(table_name));
}

async function rawTables(
  connection: DuckDBConnection,
  schema: string,
  tables: readonly string[],
): Promise<PipelineState['raw']> {
  const raw: PipelineState['raw'] = {};
  for (const topic of topicNames.filter((name) => tables.includes(name))) {
    const [row] = await rowsOf(
      connection,
      `select count(*) as rows, max(ts) as "maxTs", max("kafkaTimestamp") as "maxKafkaTimestamp" from "${schema}"."${topic}"`,
    );
    raw[topic] = row as Row & PipelineState['raw'][string];
  }
  return raw;
}

/** How far the pipeline has come, from the raw tables and the loader's own; what is not there is left out. */
export async function pipelineState(connection: DuckDBConnection, schema: string): Promise<PipelineState> {
  const tables = await tablesOf(connection, schema);
  const loads = tables.includes('load_audit')
    ? await rowsOf(
        connection,
        `select run, max("loadedAt") as "loadedAt", count(distinct hour) as hours, sum(rows) as rows
         from "${schema}".load_audit group by run order by max("loadedAt") desc, run limit ${toldLoads}`,
      )
    : [];
  const dead = tables.includes('lake_commits')
    ? await rowsOf(
        connection,
        `select topic, sum("deadLetters") as dead from "${schema}".lake_commits group by topic order by topic`,
      )
    : [];
  return {
    raw: await rawTables(connection, schema, tables),
    loadedAt: (loads[0]?.loadedAt as string | undefined) ?? null,
    deadLetters: Object.fromEntries(dead.map((row) => [String(row.topic), Number(row.dead)])),
    loads: loads as unknown as PipelineState['loads'],
  };
}
