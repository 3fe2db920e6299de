import type { DuckDBConnection } from '@duckdb/node-api';
import { lookupFile, martFile } from './marts-files.ts';
import { isResident, layoutOf } from './marts-layout.ts';
import type { MartsPointer } from './marts-pointer.ts';

const scan = (file: string) => `read_parquet('${file.replaceAll("'", "''")}')`;

/** A type for each text that resident marts hold as numbers, by the text's column, from the values of all of them. */
async function createEnums(
  connection: DuckDBConnection,
  folder: string,
  marts: readonly string[],
): Promise<void> {
  const sources = new Map<string, string[]>();
  for (const mart of marts) {
    for (const column of layoutOf(mart)?.enums ?? []) {
      const values = `select "${column}" from ${scan(martFile(folder, mart))}`;
      sources.set(column, [...(sources.get(column) ?? []), values]);
    }
  }
  for (const [column, selects] of sources) {
    await connection.run(`create type marts."${column}" as enum (
      select distinct "${column}" from (${selects.join(' union all ')}) where "${column}" is not null order by 1
    )`);
  }
}

function residentColumns(mart: string): string {
  const { columns, enums = [] } = layoutOf(mart) ?? {};
  const typed = (column: string) => `cast("${column}" as marts."${column}") as "${column}"`;
  if (columns) return columns.map((name) => (enums.includes(name) ? typed(name) : `"${name}"`)).join(', ');
  return enums.length === 0 ? '*' : `* replace (${enums.map(typed).join(', ')})`;
}

/**
 * Makes the schemas `marts` and `lookups` of a version: small marts as tables, a view per file of the large ones.
 * @throws when a file is missing or is not Parquet.
 */
export async function createMarts(
  connection: DuckDBConnection,
  folder: string,
  marts: MartsPointer['marts'],
): Promise<void> {
  await connection.run('create schema marts');
  await connection.run('create schema lookups');
  const names = Object.keys(marts);
  const resident = new Set(names.filter((mart) => isResident(mart, marts[mart]?.rows ?? 0)));
  await createEnums(connection, folder, [...resident]);
  for (const mart of names) {
    const file = scan(martFile(folder, mart));
    await connection.run(
      resident.has(mart)
        ? `create table marts.${mart} as select ${residentColumns(mart)} from ${file}`
        : `create view marts.${mart} as select * from ${file}`,
    );
    const lookup = layoutOf(mart)?.lookup ? scan(lookupFile(folder, mart)) : `marts.${mart}`;
    await connection.run(`create view lookups.${mart} as select * from ${lookup}`);
  }
}
