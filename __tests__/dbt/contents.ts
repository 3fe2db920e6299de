import { rows, withWarehouse } from './warehouse.ts';

/** Every row of every table, as text and in order, by `layer.table`. */
export type Contents = Readonly<Record<string, readonly string[]>>;

/** Tables about the builds themselves, which no two builds have alike. */
export const aboutBuilds: readonly string[] = ['core.built_days', 'staging.loaded_days'];

/**
 * What dbt built in a DuckDB file: instants as microseconds since the epoch, days as ISO text, columns by name. Columns
 * of `except` are left out.
 */
export async function builtContents(path: string, except: readonly string[] = []): Promise<Contents> {
  return withWarehouse(path, async (connection) => {
    const columns = await rows(
      connection,
      `select table_schema || '.' || table_name as relation, column_name as name, data_type as type
       from information_schema.columns where table_schema in ('staging', 'core', 'marts')
       order by relation, name`,
    );
    const contents: Record<string, readonly string[]> = {};
    const relations = new Set(columns.map(({ relation }) => String(relation)));
    for (const relation of [...relations].filter((name) => !aboutBuilds.includes(name))) {
      const list = columns
        .filter((column) => column.relation === relation && !except.includes(String(column.name)))
        .map(({ name, type }) => {
          if (type === 'TIMESTAMP') return `epoch_us("${name}") as "${name}"`;
          return type === 'DATE' ? `cast("${name}" as varchar) as "${name}"` : `"${name}"`;
        });
      const found = await rows(connection, `select ${list.join(', ')} from ${relation}`);
      contents[relation] = found.map((row) => JSON.stringify(row)).sort();
    }
    return contents;
  });
}
