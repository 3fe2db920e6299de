import type { DuckDBConnection } from '@duckdb/node-api';
import { quoted } from '../sql-literal.ts';
import { martFile } from './files.ts';
import { isResident, layoutOf } from './layout.ts';
import type { MartsPointer } from './pointer.ts';

/** Rows that are taken in before they are compressed: eight of DuckDB's row groups, so that memory has no peak. */
export const rowsAtOnce = 8 * 122_880;

const scan = (file: string) => `read_parquet(${quoted(file)}, file_row_number = true)`;

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

function selectOf(columns: readonly string[] | undefined, enums: readonly string[]): string {
  const typed = (column: string) => `cast("${column}" as marts."${column}") as "${column}"`;
  if (columns) return columns.map((name) => (enums.includes(name) ? typed(name) : `"${name}"`)).join(', ');
  return `* exclude (file_row_number)${enums.length === 0 ? '' : ` replace (${enums.map(typed).join(', ')})`}`;
}

const isUncompressed = (mart: string) => layoutOf(mart)?.uncompressed ?? false;

/** Takes a mart into memory, where a checkpoint compresses it and all else that the database holds. */
async function createResident(
  connection: DuckDBConnection,
  folder: string,
  mart: string,
  rows: number,
): Promise<void> {
  const { columns, enums = [] } = layoutOf(mart) ?? {};
  const select = `select ${selectOf(columns, enums)} from ${scan(martFile(folder, mart))}`;
  await connection.run(`create table marts.${mart} as ${select} limit 0`);
  for (let from = 0; from < rows; from += rowsAtOnce) {
    await connection.run(`insert into marts.${mart} ${select}
      where file_row_number >= ${from} and file_row_number < ${from + rowsAtOnce}`);
    if (!isUncompressed(mart)) await connection.run('checkpoint marts');
  }
}

/**
 * Makes the database `marts` of a version: small marts as tables, a view per file of the large ones.
 * @throws when a file is missing or is not Parquet.
 */
export async function createMarts(
  connection: DuckDBConnection,
  folder: string,
  marts: MartsPointer['marts'],
): Promise<void> {
  await connection.run("attach ':memory:' as marts (compress)");
  // What stays as it is comes last: see createResident.
  const names = Object.keys(marts).sort((a, b) => Number(isUncompressed(a)) - Number(isUncompressed(b)));
  const rowsOf = (mart: string) => marts[mart]?.rows ?? 0;
  const resident = new Set(names.filter((mart) => isResident(mart, rowsOf(mart))));
  await createEnums(connection, folder, [...resident]);
  for (const mart of names) {
    if (resident.has(mart)) await createResident(connection, folder, mart, rowsOf(mart));
    else await connection.run(`create view marts.${mart} as select * from ${scan(martFile(folder, mart))}`);
  }
}
