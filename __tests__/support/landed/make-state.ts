/**
 * Packs what commit 6e5dab6 wrote, for tests that later releases go on with it. Made once, so:
 *
 *   git worktree add ../landed 6e5dab6 && cd ../landed
 *   npm start -- --once --users 500 --days 0.1 --state /tmp/landed
 *   cd - && node __tests__/support/landed/make-state.ts /tmp/landed
 *
 * The archive holds the lake as it was, of the songs (2 MB) the first few, and the warehouse's raw schema: a DuckDB file
 * of 15 MB as the statements that made its tables, and their rows as Parquet.
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { attachReadOnly, openDuckDbFile, queryRows } from '../../../runtime/warehouse/duckdb-file.ts';
import { quoted } from '../../../runtime/warehouse/sql-literal.ts';

const keptSongs = 20;

const [state = ''] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), 'beatflow-landed-'));

await cp(join(state, 'lake'), join(folder, 'lake'), { recursive: true });
const songs = join(folder, 'lake/_reference/songs');
for (const name of await readdir(songs)) {
  const lines = (await readFile(join(songs, name), 'utf8')).split('\n');
  await writeFile(join(songs, name), `${lines.slice(0, keptSongs).join('\n')}\n`);
}

const { connection, close } = await openDuckDbFile(':memory:');
await attachReadOnly(connection, join(state, 'warehouse/beatflow.duckdb'), 'landed');
const tables = await queryRows<{ name: string; sql: string }>(
  connection,
  `select table_name as name, sql from duckdb_tables()
   where database_name = 'landed' and schema_name = 'raw' order by name`,
);
await writeFile(join(folder, 'tables.sql'), tables.map(({ sql }) => `${sql}\n`).join(''));
for (const { name } of tables) {
  const rows = name === 'songs' ? `(from landed.raw.songs limit ${keptSongs})` : `landed.raw.${name}`;
  await connection.run(
    `copy ${rows} to ${quoted(join(folder, `${name}.parquet`))} (format parquet, compression zstd)`,
  );
}
close();

execFileSync('tar', [
  '-czf',
  fileURLToPath(new URL('state-6e5dab6.tar.gz', import.meta.url)),
  '-C',
  folder,
  '.',
]);
await rm(folder, { recursive: true });
