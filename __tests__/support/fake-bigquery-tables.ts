import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { BigQueryColumn } from '../../runtime/contract/bigquery.ts';
import { createTable } from '../../runtime/contract/duckdb.ts';
import { pipelineTableNames, pipelineTables } from '../../runtime/contract/pipeline-tables.ts';
import { referenceTableNames, referenceTables } from '../../runtime/contract/reference-tables.ts';
import { isTopicName, lakeRecordFields, topicNames, topics } from '../../runtime/contract/topics.ts';
import { installedTools } from '../../runtime/local/state-folder.ts';
import { queryRows } from '../../runtime/warehouse/duckdb-file.ts';
import { quoted } from '../../runtime/warehouse/sql-literal.ts';

/** https://cloud.google.com/bigquery/quotas#query_jobs: "unresolved GoogleSQL query length", 1 MB. */
const longestQueryBytes = 1_000_000;
/** https://cloud.google.com/bigquery/quotas#load_jobs: source URIs of one job. */
const mostSourceUris = 10_000;

/** A load as https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#JobConfigurationLoad has it. */
export interface LoadConfiguration {
  readonly sourceUris: readonly string[];
  readonly sourceFormat: string;
  readonly useAvroLogicalTypes?: boolean;
  readonly schema?: { readonly fields: readonly BigQueryColumn[] };
  readonly destinationTable: {
    readonly projectId: string;
    readonly datasetId: string;
    readonly tableId: string;
  };
  readonly createDisposition: string;
  readonly writeDisposition: string;
  readonly maxBadRecords: number;
  readonly autodetect: boolean;
}

/** An error with the reason that BigQuery's API would give. */
export class ReasonError extends Error {
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/**
 * Where a load goes: a whole table or an hour of it, by the partition decorator.
 * @throws ReasonError where a table that is partitioned by hour is not addressed by an hour, or another one is
 */
function destinationOf({ destinationTable }: LoadConfiguration): { table: string; condition: string } {
  const [table = '', hour] = destinationTable.tableId.split('$');
  if (isTopicName(table) !== /^\d{10}$/.test(hour ?? '')) {
    throw new ReasonError('invalid', `Invalid partition decorator in ${destinationTable.tableId}`);
  }
  const condition = hour === undefined ? 'true' : `date_trunc('hour', ts) = strptime('${hour}', '%Y%m%d%H')`;
  return { table, condition };
}

interface FakePlace {
  readonly project: string;
  readonly dataset: string;
  readonly lakeFolder: string;
}

/** The tables of the fake BigQuery, in DuckDB: what its jobs do to them. */
export class FakeTables {
  readonly #connection: DuckDBConnection;
  readonly #project: string;
  readonly #dataset: string;
  readonly #lakeFolder: string;
  /** Loads by table: its `lastModifiedTime` counts up with them. */
  readonly modifications = new Map<string, number>();

  private constructor(connection: DuckDBConnection, { project, dataset, lakeFolder }: FakePlace) {
    this.#connection = connection;
    this.#project = project;
    this.#dataset = dataset;
    this.#lakeFolder = lakeFolder;
  }

  /** `gs://lake/…` is read from `lakeFolder`. */
  static async open(place: FakePlace): Promise<FakeTables> {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const { avroExtension } = await installedTools();
    await connection.run(`load ${quoted(avroExtension)}`);
    await connection.run("set TimeZone = 'UTC'");
    await connection.run('create macro unix_millis(instant) as epoch_ms(instant)');
    await connection.run('create macro div(a, b) as a // b');
    const tables = new FakeTables(connection, place);
    await tables.makeAll();
    return tables;
  }

  /** Makes all tables anew, empty. */
  async makeAll(): Promise<void> {
    const dataset = this.#dataset;
    await this.#connection.run(`drop schema if exists ${dataset} cascade; create schema ${dataset}`);
    for (const topic of topicNames) {
      await this.#connection.run(createTable(`${dataset}.${topic}`, lakeRecordFields(topics[topic])));
    }
    for (const table of pipelineTableNames) {
      await this.#connection.run(createTable(`${dataset}.${table}`, pipelineTables[table].fields));
    }
    for (const table of referenceTableNames) {
      await this.#connection.run(createTable(`${dataset}.${table}`, referenceTables[table].fields));
    }
  }

  close(): void {
    this.#connection.closeSync();
  }

  /** Runs SQL of a test, in which the dataset is called `raw`. */
  async query<Row>(sql: string): Promise<Row[]> {
    return queryRows<Row>(this.#connection, sql.replaceAll('raw.', `${this.#dataset}.`));
  }

  /** Rows of a query of the dialect that BigQuery and DuckDB have in common. @throws ReasonError */
  async select(sql: string) {
    return this.#connection.runAndReadAll(this.#translated(sql));
  }

  /** Runs a script, all of it or nothing. @throws ReasonError */
  async script(sql: string): Promise<void> {
    await this.#allOrNothing(async () => {
      await this.#connection.run(this.#translated(sql));
    });
  }

  /** Runs a load job, all of it or nothing. @throws ReasonError */
  async load(load: LoadConfiguration): Promise<void> {
    if (load.sourceUris.length > mostSourceUris) {
      throw new ReasonError('invalid', `Too many source URIs: ${load.sourceUris.length}, limit is 10000`);
    }
    const { table, condition } = destinationOf(load);
    const name = `${load.destinationTable.datasetId}.${table}`;
    await this.#checkTable(table, load);
    const source = await this.#source(load);
    await this.#allOrNothing(async () => {
      await this.#connection.run('begin');
      const [there] = await queryRows<{ rows: bigint }>(
        this.#connection,
        `select count(*) as rows from ${name} where ${condition}`,
      );
      switch (load.writeDisposition) {
        case 'WRITE_TRUNCATE':
          await this.#connection.run(`delete from ${name} where ${condition}`);
          break;
        case 'WRITE_APPEND':
          break;
        case 'WRITE_EMPTY':
          if (Number(there?.rows) > 0) throw new ReasonError('duplicate', `Already Exists: Table ${name}`);
          break;
        default:
          throw new ReasonError('invalid', `Invalid writeDisposition: ${load.writeDisposition}`);
      }
      const [outside] = await queryRows<{ rows: bigint }>(
        this.#connection,
        `select count(*) as rows from ${source} where not (${condition})`,
      );
      if (Number(outside?.rows) > 0) {
        throw new ReasonError('invalid', 'Some rows belong to different partitions rather than destination');
      }
      await this.#connection.run(`insert into ${name} by name select * from ${source}`);
      await this.#connection.run('commit');
    });
    this.modifications.set(table, (this.modifications.get(table) ?? 0) + 1);
  }

  async #checkTable(table: string, load: LoadConfiguration): Promise<void> {
    const { datasetId } = load.destinationTable;
    if (!['CREATE_NEVER', 'CREATE_IF_NEEDED'].includes(load.createDisposition)) {
      throw new ReasonError('invalid', `Invalid createDisposition: ${load.createDisposition}`);
    }
    const found = await queryRows(
      this.#connection,
      'select 1 from information_schema.tables where table_schema = $datasetId and table_name = $table',
      { datasetId, table },
    );
    if (found.length > 0) return;
    if (load.createDisposition === 'CREATE_NEVER') {
      throw new ReasonError('notFound', `Not found: Table ${this.#project}:${datasetId}.${table}`);
    }
    await this.#connection.run(
      `create table ${datasetId}.${table} as select * from ${await this.#source(load)} limit 0`,
    );
  }

  /** The rows of a job's files as a table expression. */
  async #source(load: LoadConfiguration): Promise<string> {
    const files = load.sourceUris.map((uri) =>
      quoted(uri.startsWith('gs://lake/') ? join(this.#lakeFolder, uri.slice('gs://lake/'.length)) : uri),
    );
    if (load.sourceFormat === 'AVRO') {
      if (!load.useAvroLogicalTypes) {
        throw new ReasonError('invalid', 'Field ts has changed type from TIMESTAMP to INTEGER');
      }
      return `read_avro([${files.join(', ')}], hive_partitioning = false)`;
    }
    return this.#jsonSource(files, load.schema?.fields ?? []);
  }

  /** JSON lines: fields of the schema and no others. */
  async #jsonSource(files: readonly string[], fields: readonly BigQueryColumn[]): Promise<string> {
    const known = fields.map(({ name }) => quoted(name)).join(', ');
    const columns = fields.map(
      ({ name, type }) => `${quoted(name)}: ${quoted(type === 'FLOAT' ? 'DOUBLE' : type)}`,
    );
    const unknown = await queryRows<{ key: string }>(
      this.#connection,
      `select distinct key from (select unnest(json_keys(json)) as key from read_json_objects([${files.join(', ')}]))
       where key not in (${known})`,
    );
    if (unknown[0]) throw new ReasonError('invalid', `No such field: ${unknown[0].key}`);
    return `read_json([${files.join(', ')}], format = 'newline_delimited', columns = {${columns.join(', ')}})`;
  }

  async #allOrNothing(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      await this.#connection.run('rollback').catch(() => undefined);
      throw error;
    }
  }

  #translated(sql: string): string {
    const bytes = Buffer.byteLength(sql);
    if (bytes > longestQueryBytes) {
      throw new ReasonError(
        'invalid',
        `The query is too large. The maximum standard SQL query length is 1024.00K characters, got ${bytes} bytes`,
      );
    }
    return sql.replaceAll(/`([^`]+)`/g, (_, name: string) =>
      name
        .split('.')
        .filter((part) => part !== this.#project)
        .map((part) => `"${part}"`)
        .join('.'),
    );
  }
}
