import type { DuckDBConnection } from '@duckdb/node-api';
import { columnDefinition, createTable, duckdbTypes } from '../../contract/duckdb.ts';
import type { Fields } from '../../contract/fields.ts';
import { SetupError } from '../../program/errors.ts';
import { queryRows } from '../duckdb-file.ts';

/** A DuckDB file of an earlier release, or of this one, and what the contract says of its tables. */
interface StoredTables {
  readonly connection: DuckDBConnection;
  /** Where the file is, for a person. */
  readonly path: string;
  /** What the database is called on the connection. */
  readonly database: string;
  readonly schema: string;
  /** The contract's tables, by name. */
  readonly tables: ReadonlyMap<string, Fields>;
}

/** The columns that a table has, by name, each with whether it may be null. */
type StoredColumns = ReadonlyMap<string, boolean>;

async function storedColumns({
  connection,
  database,
  schema,
}: StoredTables): Promise<ReadonlyMap<string, StoredColumns>> {
  const rows = await queryRows<{ table: string; column: string; nullable: boolean }>(
    connection,
    `select table_name as "table", column_name as "column", is_nullable as nullable from duckdb_columns()
     where database_name = $database and schema_name = $schema`,
    { database, schema },
  );
  return new Map(
    Array.from(
      Map.groupBy(rows, ({ table }) => table),
      ([table, columns]) => [table, new Map(columns.map(({ column, nullable }) => [column, nullable]))],
    ),
  );
}

/** Every column of the contract that a stored table lacks and whose values nobody can make up. */
function requiredAndMissing(
  { schema, tables }: StoredTables,
  stored: ReadonlyMap<string, StoredColumns>,
): string[] {
  return [...stored].flatMap(([table, columns]) =>
    Object.entries(tables.get(table) ?? {})
      .filter(([name, { nullable }]) => !nullable && !columns.has(name))
      .map(([name, { type }]) => `${schema}.${table} has no column ${name} (${duckdbTypes[type]})`),
  );
}

async function usableColumns(props: StoredTables): Promise<ReadonlyMap<string, StoredColumns>> {
  const stored = await storedColumns(props);
  const faults = requiredAndMissing(props, stored);
  if (faults.length === 0) return stored;
  throw new SetupError(
    'warehouse_outdated',
    `${props.path} lacks columns that the contract requires of every row; a column that may be null would have been added:\n` +
      `${faults.map((fault) => `  ${fault}\n`).join('')}` +
      'Move the file away and run the loader: it makes a new one of all that the lake holds',
  );
}

/**
 * Makes the tables what the contract says, in place: missing ones are created, and in those that are there a column
 * that may be null is added, or may be null from now on. Columns that the contract does not have stay.
 * @throws SetupError `warehouse_outdated` naming every column that is missing and may not be null
 */
export async function bringUpToContract(props: StoredTables): Promise<void> {
  const { connection, schema, tables } = props;
  const stored = await usableColumns(props);
  for (const [table, fields] of tables) {
    const columns = stored.get(table);
    if (!columns) await connection.run(createTable(`${schema}.${table}`, fields));
    for (const [name, field] of columns ? Object.entries(fields) : []) {
      const alter = `alter table ${schema}.${table}`;
      if (!columns?.has(name)) await connection.run(`${alter} add column ${columnDefinition(name, field)}`);
      else if (field.nullable && !columns.get(name)) {
        await connection.run(`${alter} alter column "${name}" drop not null`);
      }
    }
  }
}

/**
 * Shows the tables of another database on the connection as the contract says they are, and changes nothing: a missing
 * table is empty, a missing column null.
 * @throws SetupError `warehouse_outdated` naming every column that is missing and may not be null
 */
export async function showAsContract(props: StoredTables): Promise<void> {
  const { connection, database, schema, tables } = props;
  const stored = await usableColumns(props);
  for (const [table, fields] of tables) {
    const columns = stored.get(table);
    const added = Object.entries(fields)
      .filter(([name]) => !columns?.has(name))
      .map(([name, { type }]) => `, null::${duckdbTypes[type]} as "${name}"`);
    await connection.run(
      columns
        ? `create view ${schema}.${table} as select *${added.join('')} from ${database}.${schema}.${table}`
        : createTable(`${schema}.${table}`, fields),
    );
  }
}
