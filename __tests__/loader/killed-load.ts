/**
 * Runs the loader on a DuckDB file and kills itself, as `kill -9` does, when the transaction of an hour comes to a
 * statement that begins with a given word: node killed-load.ts <lake> <file> <extension> <word>
 */
import { DuckDBConnection } from '@duckdb/node-api';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';
import { load } from '../../runtime/loader/load.ts';
import { createLogger } from '../../runtime/program/logger.ts';
import { DuckDbWarehouse } from '../../runtime/warehouse/raw/duckdb-warehouse.ts';

const [lakeFolder = '', path = '', avroExtension, word = ''] = process.argv.slice(2);

const warehouse = await DuckDbWarehouse.open({ path, lakeFolder, avroExtension });
const { run } = DuckDBConnection.prototype;
let deleted = false;
DuckDBConnection.prototype.run = async function (sql, ...rest) {
  deleted ||= sql.startsWith('delete from raw.listen_events');
  // Before the statement, but for the delete, which is to have happened.
  if (deleted && sql.startsWith(word) && word !== 'delete') process.kill(process.pid, 'SIGKILL');
  const result = await run.call(this, sql, ...rest);
  if (deleted && word === 'delete') process.kill(process.pid, 'SIGKILL');
  return result;
};
await load({
  store: new LocalDiskStore(lakeFolder),
  warehouse,
  range: undefined,
  maxHours: 500,
  logger: createLogger('killed-load', process.stderr),
  progress: () => undefined,
});
