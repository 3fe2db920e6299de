import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { duckdbTypes } from '../../contract/duckdb.ts';
import { hourMs } from '../../contract/durations.ts';
import type { Fields } from '../../contract/fields.ts';
import { type PipelineRowOf, pipelineTableNames, pipelineTables } from '../../contract/pipeline-tables.ts';
import {
  type ReferenceTableName,
  referenceTableNames,
  referenceTables,
} from '../../contract/reference-tables.ts';
import { lakeRecordFields, type TopicName, topicNames, topics } from '../../contract/topics.ts';
import { type DuckDbFile, openDuckDbFile, queryRows } from '../duckdb-file.ts';
import { quoted } from '../sql-literal.ts';
import { appendRows } from './append-rows.ts';
import { auditRows } from './audit-rows.ts';
import { openToRead } from './duckdb-read-only.ts';
import { bringUpToContract } from './duckdb-tables.ts';
import {
  type ChainProgress,
  countedReference,
  type HourOfTopic,
  type HourRange,
  hourFile,
  type ReferenceFile,
  type RegisteredCommit,
  type StoredHourFile,
  type Warehouse,
} from './warehouse.ts';

/** Schema of the raw tables and the loader's bookkeeping. */
export const rawSchema = 'raw';

interface DuckDbWarehouseProps {
  /** The DuckDB file. */
  readonly path: string;
  /** Folder of the lake. */
  readonly lakeFolder: string;
  /** DuckDB's avro extension; where it is undefined the one that DuckDB has installed is loaded. */
  readonly avroExtension: string | undefined;
}

/** Where a DuckDB warehouse is that is only read. */
type DuckDbPlace = Pick<DuckDbWarehouseProps, 'path' | 'lakeFolder'>;

/** The raw tables and the loader's bookkeeping. */
const tables: ReadonlyMap<string, Fields> = new Map([
  ...topicNames.map((topic): [string, Fields] => [topic, lakeRecordFields(topics[topic])]),
  ...pipelineTableNames.map((table): [string, Fields] => [table, pipelineTables[table].fields]),
  ...referenceTableNames.map((table): [string, Fields] => [table, referenceTables[table].fields]),
]);

interface HourRow {
  readonly topic: TopicName;
  readonly hour: number;
  readonly files: readonly (Omit<StoredHourFile, 'records'> & { readonly records: bigint })[];
}

/** Hours as a list of SQL literals. */
const amongHours = (hours: readonly HourOfTopic[]) =>
  hours.map(({ hour }) => `make_timestamp(${hour * 1000})`).join(', ');

/**
 * A condition for the rows of some hours. The range comes first: by it DuckDB skips what is not near, while an
 * expression over the instant reads the table.
 */
function withinHours(hours: readonly HourOfTopic[]): string {
  const starts = hours.map(({ hour }) => hour);
  return `ts >= make_timestamp(${Math.min(...starts) * 1000})
    and ts < make_timestamp(${(Math.max(...starts) + hourMs) * 1000})
    and date_trunc('hour', ts) in (${amongHours(hours)})`;
}

/** The warehouse in a DuckDB file; an hour is replaced in a transaction. */
export class DuckDbWarehouse implements Warehouse {
  readonly #file: DuckDbFile;
  readonly #lakeFolder: string;

  private constructor(file: DuckDbFile, lakeFolder: string) {
    this.#file = file;
    this.#lakeFolder = lakeFolder;
  }

  /**
   * Opens the file, creates what tables and columns are missing, and loads the avro extension.
   * @throws SetupError `warehouse_locked` while another process has it open, `warehouse_outdated` where a column is
   *   missing that may not be null
   */
  static async open({ path, lakeFolder, avroExtension }: DuckDbWarehouseProps): Promise<DuckDbWarehouse> {
    const file = await openDuckDbFile(path);
    const { connection } = file;
    try {
      await connection.run(avroExtension ? `load ${quoted(avroExtension)}` : 'load avro');
      await connection.run(`create schema if not exists ${rawSchema}`);
      const [current] = await queryRows<{ database: string }>(
        connection,
        'select current_database() as database',
      );
      await bringUpToContract({
        connection,
        path,
        database: String(current?.database),
        schema: rawSchema,
        tables,
      });
    } catch (error) {
      file.close();
      throw error;
    }
    return new DuckDbWarehouse(file, lakeFolder);
  }

  /** Opens what is there to be read: nothing is created, and a load fails. */
  static async openToRead({ path, lakeFolder }: DuckDbPlace): Promise<DuckDbWarehouse> {
    return new DuckDbWarehouse(await openToRead(path, rawSchema, tables), lakeFolder);
  }

  get #connection(): DuckDBConnection {
    return this.#file.connection;
  }

  async chainProgress(): Promise<readonly ChainProgress[]> {
    const rows = await queryRows<Omit<ChainProgress, 'lastStartOffset'> & { lastStartOffset: bigint }>(
      this.#connection,
      `select log, topic, "partition", max("startOffset") as "lastStartOffset" from ${rawSchema}.lake_commits group by all`,
    );
    return rows.map((row) => ({ ...row, lastStartOffset: Number(row.lastStartOffset) }));
  }

  register(commits: readonly RegisteredCommit[]): Promise<void> {
    return this.#transaction(async () => {
      const append = <T extends 'lake_commits' | 'lake_files'>(table: T, rows: readonly PipelineRowOf<T>[]) =>
        appendRows(this.#connection, rawSchema, table, pipelineTables[table].fields, rows as never);
      await append(
        'lake_commits',
        commits.map(({ commit }) => commit),
      );
      await append(
        'lake_files',
        commits.flatMap(({ files }) => files),
      );
    });
  }

  dirtyHours(): Promise<readonly HourOfTopic[]> {
    return this.#hours('having bool_or("loadedAt" is null)');
  }

  hoursBetween({ since, until }: HourRange): Promise<readonly HourOfTopic[]> {
    const bounds = [
      ...(since === undefined ? [] : [`epoch_ms(hour) >= ${since}`]),
      ...(until === undefined ? [] : [`epoch_ms(hour) < ${until}`]),
    ];
    return this.#hours(bounds.length > 0 ? `having ${bounds.join(' and ')}` : '');
  }

  async #hours(having: string): Promise<readonly HourOfTopic[]> {
    const rows = await queryRows<HourRow>(
      this.#connection,
      `select topic, epoch_ms(hour)::double as hour,
         list({path: path, records: records, sha256: sha256, fingerprint: fingerprint} order by path) as files
       from ${rawSchema}.lake_files f group by topic, f.hour ${having} order by f.hour, topic`,
    );
    return rows.map(({ topic, hour, files }) => ({
      topic,
      hour,
      files: files.map((file) => hourFile({ ...file, records: Number(file.records) })),
    }));
  }

  async loadsSince(instant: number): Promise<ReadonlyMap<string, number>> {
    const rows = await queryRows<{ topic: string; loads: bigint }>(
      this.#connection,
      `select topic, count(*) as loads from ${rawSchema}.load_audit
       where "loadedAt" >= make_timestamp(${instant * 1000}) group by all`,
    );
    return new Map(rows.map(({ topic, loads }) => [topic, Number(loads)]));
  }

  replaceHours(hours: readonly HourOfTopic[], run: string): Promise<readonly PipelineRowOf<'load_audit'>[]> {
    const [first] = hours;
    if (!first) return Promise.resolve([]);
    const { topic } = first;
    const startedAt = Date.now();
    const table = `${rawSchema}.${topic}`;
    return this.#transaction(async () => {
      await this.#connection.run(`delete from ${table} where ${withinHours(hours)}`);
      for (const files of this.#filesBySchema(hours)) {
        // Columns by name: a file of an older schema lacks some, which are nullable by the contract's rule.
        await this.#connection.run(
          `insert into ${table} by name select * from read_avro([${files.join(', ')}], hive_partitioning = false)`,
        );
      }
      const rowsByHour = await this.countRows(hours);
      const loadedAt = Date.now();
      const audit = auditRows(hours, { run, startedAt, loadedAt, rowsByHour });
      await appendRows(this.#connection, rawSchema, 'load_audit', pipelineTables.load_audit.fields, audit);
      await this.#connection.run(
        `update ${rawSchema}.lake_files set "loadedAt" = make_timestamp(${loadedAt * 1000})
         where topic = ${quoted(topic)} and hour in (${amongHours(hours)})`,
      );
      return audit;
    });
  }

  async countRows(hours: readonly HourOfTopic[]): Promise<ReadonlyMap<number, number>> {
    const [first] = hours;
    if (!first) return new Map();
    const counts = await queryRows<{ hour: number; rows: bigint }>(
      this.#connection,
      `select epoch_ms(date_trunc('hour', ts))::double as hour, count(*) as rows from ${rawSchema}.${first.topic}
       where ${withinHours(hours)} group by all`,
    );
    return new Map(counts.map(({ hour, rows }) => [hour, Number(rows)]));
  }

  async referenceSources(table: ReferenceTableName): Promise<readonly string[]> {
    const rows = await queryRows<{ source: string }>(
      this.#connection,
      `select distinct source from ${rawSchema}.${table}`,
    );
    return rows.map(({ source }) => source);
  }

  replaceReference(table: ReferenceTableName, files: readonly ReferenceFile[]): Promise<number> {
    const columns = Object.entries(referenceTables[table].fields).map(
      ([name, { type }]) => `${quoted(name)}: ${quoted(duckdbTypes[type])}`,
    );
    const paths = files.map(({ path }) => quoted(join(this.#lakeFolder, path)));
    return this.#transaction(async () => {
      await this.#connection.run(`delete from ${rawSchema}.${table}`);
      await this.#connection.run(
        `insert into ${rawSchema}.${table} by name select * from read_json(
           [${paths.join(', ')}], format = 'newline_delimited', columns = {${columns.join(', ')}})`,
      );
      const [count] = await queryRows<{ rows: bigint }>(
        this.#connection,
        `select count(*) as rows from ${rawSchema}.${table}`,
      );
      return countedReference(table, files, Number(count?.rows));
    });
  }

  /** The files as SQL literals, those of one writer schema together. */
  #filesBySchema(hours: readonly HourOfTopic[]): readonly string[][] {
    const files = hours.flatMap((hour) => hour.files);
    return Array.from(
      Map.groupBy(files, ({ fingerprint }) => fingerprint),
      ([, ofSchema]) => ofSchema.map(({ path }) => quoted(join(this.#lakeFolder, path))),
    );
  }

  async #transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.#connection.run('begin');
    try {
      const result = await work();
      await this.#connection.run('commit');
      return result;
    } catch (error) {
      await this.#connection.run('rollback');
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#file.close();
  }
}
