import type { BigQuery } from '@google-cloud/bigquery';
import type { Contents } from '../dbt/contents.ts';
import { aboutBuilds } from '../dbt/contents.ts';

interface Column {
  readonly name: string;
  readonly type: string;
}

/** Instants as microseconds, days as text: as a DuckDB file's contents give them. */
function selected({ name, type }: Column): string {
  if (type === 'TIMESTAMP') return `unix_micros(\`${name}\`) as \`${name}\``;
  return type === 'DATE' ? `cast(\`${name}\` as string) as \`${name}\`` : `\`${name}\``;
}

/**
 * Every row of every table that dbt built, in the form of `builtContents`, so that the two engines can be compared. `prefix` is
 * that of the datasets.
 */
export async function bigQueryContents(client: BigQuery, prefix: string): Promise<Contents> {
  const contents: Record<string, readonly string[]> = {};
  for (const layer of ['core', 'marts', 'staging']) {
    const [tables] = await client.dataset(`${prefix}_${layer}`).getTables();
    for (const table of tables) {
      const name = `${layer}.${table.id}`;
      if (aboutBuilds.includes(name)) continue;
      const [metadata] = await table.getMetadata();
      const { fields } = (metadata as { schema: { fields: readonly Column[] } }).schema;
      const columns = fields.toSorted((one, other) => (one.name < other.name ? -1 : 1));
      const query = `select ${columns.map(selected).join(', ')} from \`${prefix}_${layer}.${table.id}\``;
      const [rows] = await client.query({ query });
      contents[name] = rows.map((row) => JSON.stringify(row)).sort();
    }
  }
  return contents;
}
