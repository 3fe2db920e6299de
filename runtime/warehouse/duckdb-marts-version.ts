import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { DuckDBInstance } from '@duckdb/node-api';
import pLimit from 'p-limit';
import { plainRows } from './duckdb-values.ts';
import { assertMarts, type MartsVersion, type NamedQuery, type Row, type Values } from './marts.ts';
import { versionFolder } from './marts-files.ts';
import type { MartsPointer } from './marts-pointer.ts';

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/**
 * A published version in an in-memory DuckDB of its own: a view per Parquet file. The database can read the version's
 * folder and nothing else, and its settings are locked.
 */
export class DuckDbMartsVersion implements MartsVersion {
  readonly pointer: MartsPointer;
  readonly #instance: DuckDBInstance;
  /** As many queries at once as there are processors: more would only share their time and need more memory. */
  readonly #turns = pLimit(availableParallelism());
  #readers = 0;
  #retired = false;

  private constructor(pointer: MartsPointer, instance: DuckDBInstance) {
    this.pointer = pointer;
    this.#instance = instance;
  }

  /** Opens a version. @throws when one of its files is missing or is not Parquet. */
  static async open(marts: string, pointer: MartsPointer): Promise<DuckDbMartsVersion> {
    // Loaded here and not above: where the marts are in BigQuery, the package is not there.
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const folder = versionFolder(marts, pointer.version);
    const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
    try {
      const connection = await instance.connect();
      await connection.run(`set allowed_directories = [${literal(folder)}]`);
      for (const setting of [
        'enable_external_access = false',
        'autoinstall_known_extensions = false',
        'autoload_known_extensions = false',
        'parquet_metadata_cache = true',
        "TimeZone = 'UTC'",
        'lock_configuration = true',
      ]) {
        await connection.run(`set ${setting}`);
      }
      await connection.run('create schema marts');
      for (const mart of Object.keys(pointer.marts)) {
        const file = literal(join(folder, `${mart}.parquet`));
        await connection.run(`create view marts.${mart} as select * from read_parquet(${file})`);
      }
      connection.closeSync();
      return new DuckDbMartsVersion(pointer, instance);
    } catch (error) {
      instance.closeSync();
      throw error;
    }
  }

  async query(query: NamedQuery, values: Values): Promise<readonly Row[]> {
    assertMarts(this.pointer, query);
    return this.#turns(async () => {
      const connection = await this.#instance.connect();
      try {
        const result = await connection.runAndReadAll(query.text, { ...values });
        return plainRows(result);
      } finally {
        connection.closeSync();
      }
    });
  }

  /** Keeps the version open until {@link release} has been called as often. */
  retain(): void {
    this.#readers += 1;
  }

  release(): void {
    this.#readers -= 1;
    this.#closeWhenIdle();
  }

  /** Closes the version as soon as nobody reads it. */
  retire(): void {
    this.#retired = true;
    this.#closeWhenIdle();
  }

  #closeWhenIdle(): void {
    if (this.#retired && this.#readers === 0) this.#instance.closeSync();
  }
}
