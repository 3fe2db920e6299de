import { execFileSync } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDuckDbFile, queryRows } from '../../../runtime/warehouse/duckdb-file.ts';
import { quoted } from '../../../runtime/warehouse/sql-literal.ts';

const archive = fileURLToPath(new URL('state-6e5dab6.tar.gz', import.meta.url));

/** A lake and the warehouse that was loaded from it, as commit 6e5dab6 wrote them. */
export interface LandedState {
  readonly lakeFolder: string;
  readonly duckDbPath: string;
}

/** Unpacks below `folder` what make-state.ts packed. */
export async function unpackLandedState(folder: string): Promise<LandedState> {
  const packed = join(folder, 'landed');
  await mkdir(packed);
  execFileSync('tar', ['-xzf', archive, '-C', packed]);
  const duckDbPath = join(folder, 'landed.duckdb');
  const { connection, close } = await openDuckDbFile(duckDbPath);
  await connection.run('create schema raw');
  await connection.run(await readFile(join(packed, 'tables.sql'), 'utf8'));
  const tables = await queryRows<{ name: string }>(
    connection,
    `select table_name as name from duckdb_tables() where schema_name = 'raw'`,
  );
  for (const { name } of tables) {
    await connection.run(
      `insert into raw.${name} from read_parquet(${quoted(join(packed, `${name}.parquet`))})`,
    );
  }
  close();
  return { lakeFolder: join(packed, 'lake'), duckDbPath };
}
