import { availableParallelism } from 'node:os';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import pLimit from 'p-limit';
import { quoted } from '../sql-literal.ts';
import { PlannedQuery } from './duckdb-planned-query.ts';
import { createMarts } from './duckdb-tables.ts';
import { versionFolder } from './files.ts';
import { assertMarts, type MartsVersion, type NamedQuery, type Row, type Values } from './marts.ts';
import type { MartsPointer } from './pointer.ts';

/** Bits of the keys that are grouped without hashing: a place for each of 2^18 items is a few megabytes. */
const directGroupingBits = 18;

/** Steps of planning that pay for large answers: for some thousand rows they cost more than they save (measured). */
const needlessOptimizers = [
  'common_subplan',
  'compressed_materialization',
  'join_filter_pushdown',
  'late_materialization',
];

/** A connection with the queries that it has planned. A new connection plans its first queries more slowly. */
class Reader {
  readonly #connection: DuckDBConnection;
  readonly #planned = new Map<NamedQuery, PlannedQuery>();

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  async read(query: NamedQuery, values: Values): Promise<Row[]> {
    const planned = this.#planned.get(query) ?? (await this.#plan(query));
    return planned.read(values);
  }

  close(): void {
    for (const planned of this.#planned.values()) planned.close();
    this.#connection.closeSync();
  }

  async #plan(query: NamedQuery): Promise<PlannedQuery> {
    const planned = await PlannedQuery.plan(this.#connection, query.text);
    this.#planned.set(query, planned);
    return planned;
  }
}

/**
 * A published version in an in-memory DuckDB of its own: small marts as tables, a view per file of the large ones. The
 * database can read the version's folder and nothing else, and its settings are locked.
 */
export class DuckDbMartsVersion implements MartsVersion {
  readonly pointer: MartsPointer;
  readonly #instance: DuckDBInstance;
  /** Queries that are answered at once: as many as there are processors, and two more, so that none waits for the next. */
  readonly #turns = pLimit(availableParallelism() + 2);
  readonly #idle: Reader[] = [];
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
    // A query runs on the thread that asks: sharing one among threads costs more than these small ones take.
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    try {
      const connection = await instance.connect();
      await connection.run(`set allowed_directories = [${quoted(folder)}]`);
      for (const setting of [
        'enable_external_access = false',
        'autoinstall_known_extensions = false',
        'autoload_known_extensions = false',
        'parquet_metadata_cache = true',
        `perfect_ht_threshold = ${directGroupingBits}`,
        `disabled_optimizers = ${quoted(needlessOptimizers.join(','))}`,
        "TimeZone = 'UTC'",
        'lock_configuration = true',
      ]) {
        await connection.run(`set ${setting}`);
      }
      await createMarts(connection, folder, pointer.marts);
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
      const reader = this.#idle.pop() ?? new Reader(await this.#instance.connect());
      try {
        return await reader.read(query, values);
      } finally {
        this.#idle.push(reader);
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
    if (!this.#retired || this.#readers > 0) return;
    for (const reader of this.#idle.splice(0)) reader.close();
    this.#instance.closeSync();
  }
}
