import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { BigQuery } from '@google-cloud/bigquery';
import { OAuth2Client } from 'google-auth-library';
import type { BigQueryColumn } from '../../runtime/contract/bigquery.ts';
import { createTable } from '../../runtime/contract/duckdb.ts';
import { pipelineTableNames, pipelineTables } from '../../runtime/contract/pipeline-tables.ts';
import { referenceTableNames, referenceTables } from '../../runtime/contract/reference-tables.ts';
import { lakeRecordFields, topicNames, topics } from '../../runtime/contract/topics.ts';
import { installedTools } from '../../runtime/local/state-folder.ts';
import { quoted } from '../../runtime/warehouse/duckdb-file.ts';

const project = 'test-project';
const dataset = 'dev_raw';

interface LoadConfiguration {
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

interface JobRequest {
  readonly jobReference: { readonly projectId: string; readonly jobId: string; readonly location?: string };
  readonly configuration: { readonly load?: LoadConfiguration; readonly query?: { readonly query: string } };
}

interface JobState {
  readonly request: JobRequest;
  readonly error: { readonly reason: string; readonly message: string } | undefined;
}

/** What shall go wrong with the next job whose id contains a text. */
interface Fault {
  readonly jobIdPart: string;
  readonly kind: 'backendError' | 'invalid' | 'lost response' | 'http 400';
}

/**
 * The part of BigQuery's jobs API that the loader uses, with its state: a job id is taken once (409), also by a job
 * that failed; a load into `table$YYYYMMDDHH` replaces that hour and fails on a row outside it; CREATE_NEVER needs
 * the table. SQL runs on DuckDB, in the dialect that both have in common.
 */
export class FakeBigQuery {
  readonly jobs = new Map<string, JobState>();
  readonly requests: JobRequest[] = [];
  readonly faults: Fault[] = [];
  creationTime = 1_000;
  /** Counts up with each load into a whole table, as the table's `lastModifiedTime` does. */
  #modifications = 0;
  readonly #connection: DuckDBConnection;
  readonly #lakeFolder: string;
  readonly #server: Server;
  #turn: Promise<void> = Promise.resolve();

  private constructor(connection: DuckDBConnection, lakeFolder: string) {
    this.#connection = connection;
    this.#lakeFolder = lakeFolder;
    this.#server = createServer((request, response) => {
      // One connection, one transaction at a time.
      this.#turn = this.#turn
        .then(() => this.#answer(request, response))
        .catch((error: Error) => {
          response.writeHead(500).end(JSON.stringify({ error: { code: 500, message: error.message } }));
        });
    });
  }

  /** Starts on loopback, with the tables that the stacks make. `gs://lake/…` is read from `lakeFolder`. */
  static async start(lakeFolder: string): Promise<FakeBigQuery> {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const { avroExtension } = await installedTools();
    await connection.run(`load ${quoted(avroExtension)}`);
    await connection.run("set TimeZone = 'UTC'");
    await connection.run('create macro unix_millis(instant) as epoch_ms(instant)');
    await connection.run('create macro div(a, b) as a // b');
    const fake = new FakeBigQuery(connection, lakeFolder);
    await fake.makeTables();
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  /** Makes the warehouse anew, as a destroy and deploy does. Jobs stay known: BigQuery remembers their ids. */
  async makeTables(): Promise<void> {
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

  /** `http://host:port`. */
  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A real client that talks to this server. */
  client(): BigQuery {
    const token = new OAuth2Client();
    token.setCredentials({ access_token: 'test', expiry_date: Date.now() + 3_600_000 });
    return new BigQuery({
      projectId: project,
      apiEndpoint: this.address,
      authClient: token,
      retryOptions: { maxRetries: 2, retryDelayMultiplier: 1, maxRetryDelay: 0.05 },
    } as never);
  }

  async query<Row>(sql: string): Promise<Row[]> {
    return (
      await this.#connection.runAndReadAll(sql.replaceAll('raw.', `${dataset}.`))
    ).getRowObjectsJS() as Row[];
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#connection.closeSync();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0]?.replace(`/bigquery/v2/projects/${project}`, '') ?? '';
    const body = request.method === 'POST' ? JSON.parse(await text(request)) : undefined;
    const send = (status: number, content: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    const fail = (status: number, reason: string, message: string) =>
      send(status, { error: { code: status, message, errors: [{ reason, message, domain: 'global' }] } });

    if (request.method === 'POST' && path === '/jobs') {
      const { jobId } = (body as JobRequest).jobReference;
      if (this.jobs.has(jobId)) return void fail(409, 'duplicate', `Already Exists: Job ${project}:${jobId}`);
      const fault = this.#takeFault(jobId);
      if (fault === 'http 400') return void fail(400, 'invalid', 'Invalid value for: sourceUris');
      await this.#run(body as JobRequest, fault);
      if (fault === 'lost response') return void response.destroy();
      return void send(200, this.#resource(jobId));
    }
    const job = /^\/jobs\/(.+)$/.exec(path)?.[1];
    if (job) {
      if (!this.jobs.has(job)) return void fail(404, 'notFound', `Not found: Job ${job}`);
      return void send(200, this.#resource(job));
    }
    if (path === '/queries') return void send(200, await this.#select((body as { query: string }).query));
    if (path.startsWith(`/datasets/${dataset}/tables/`)) {
      const creationTime = String(this.creationTime);
      return void send(200, {
        creationTime,
        lastModifiedTime: String(this.creationTime + this.#modifications),
      });
    }
    fail(404, 'notFound', `no such method: ${request.method} ${request.url}`);
  }

  #takeFault(jobId: string): Fault['kind'] | undefined {
    const index = this.faults.findIndex(({ jobIdPart }) => jobId.includes(jobIdPart));
    return index < 0 ? undefined : this.faults.splice(index, 1)[0]?.kind;
  }

  #resource(jobId: string): unknown {
    const { request, error } = this.jobs.get(jobId) as JobState;
    return {
      ...request,
      id: `${project}:${jobId}`,
      status: { state: 'DONE', ...(error ? { errorResult: error, errors: [error] } : {}) },
    };
  }

  async #run(request: JobRequest, fault: Fault['kind'] | undefined): Promise<void> {
    this.requests.push(request);
    const { jobId } = request.jobReference;
    if (fault === 'backendError' || fault === 'invalid') {
      this.jobs.set(jobId, { request, error: { reason: fault, message: `injected ${fault}` } });
      return;
    }
    try {
      if (request.configuration.load) await this.#load(request.configuration.load);
      if (request.configuration.query)
        await this.#connection.run(this.#toDuckDb(request.configuration.query.query));
      this.jobs.set(jobId, { request, error: undefined });
    } catch (error) {
      await this.#connection.run('rollback').catch(() => undefined);
      this.jobs.set(jobId, { request, error: { reason: 'invalid', message: (error as Error).message } });
    }
  }

  async #load(load: LoadConfiguration): Promise<void> {
    const [table, hour] = load.destinationTable.tableId.split('$');
    if (hour === undefined && load.schema) return this.#loadWhole(load, load.schema.fields);
    if (!/^\d{10}$/.test(hour ?? '')) throw new Error(`no hour in ${load.destinationTable.tableId}`);
    const at = `strptime('${hour}', '%Y%m%d%H')`;
    const files = load.sourceUris.map((uri) => quoted(join(this.#lakeFolder, uri.replace('gs://lake/', ''))));
    const name = `${load.destinationTable.datasetId}.${table}`;
    await this.#connection.run('begin');
    await this.#connection.run(`delete from ${name} where date_trunc('hour', ts) = ${at}`);
    await this.#connection.run(
      `insert into ${name} by name select * exclude (dt, hr) from read_avro([${files.join(', ')}])`,
    );
    const outside = await this.#connection.runAndReadAll(
      `select count(*) from read_avro([${files.join(', ')}]) where date_trunc('hour', ts) <> ${at}`,
    );
    if (Number(outside.getRows()[0]?.[0]) > 0) throw new Error('Some rows belong to different partitions');
    await this.#connection.run('commit');
  }

  /** A load of JSON lines into a table without partitions, which it replaces: fields of the schema and no others. */
  async #loadWhole(load: LoadConfiguration, fields: readonly BigQueryColumn[]): Promise<void> {
    const files = load.sourceUris.map((uri) => quoted(join(this.#lakeFolder, uri.replace('gs://lake/', ''))));
    const name = `${load.destinationTable.datasetId}.${load.destinationTable.tableId}`;
    const known = fields.map(({ name: field }) => quoted(field)).join(', ');
    const columns = fields.map(
      ({ name: field, type }) => `${quoted(field)}: ${quoted(type === 'FLOAT' ? 'DOUBLE' : type)}`,
    );
    const unknown = await this.#connection.runAndReadAll(
      `select distinct key from (select unnest(json_keys(json)) as key from read_json_objects([${files.join(', ')}]))
       where key not in (${known})`,
    );
    if (unknown.getRows().length > 0) throw new Error(`No such field: ${unknown.getRows()[0]?.[0]}`);
    await this.#connection.run('begin');
    await this.#connection.run(`delete from ${name}`);
    await this.#connection.run(
      `insert into ${name} by name select * from read_json(
         [${files.join(', ')}], format = 'newline_delimited', columns = {${columns.join(', ')}})`,
    );
    await this.#connection.run('commit');
    this.#modifications++;
  }

  #toDuckDb(sql: string): string {
    return sql.replaceAll(/`([^`]+)`/g, (_, name: string) =>
      name
        .split('.')
        .filter((part) => part !== project)
        .map((part) => `"${part}"`)
        .join('.'),
    );
  }

  async #select(sql: string): Promise<unknown> {
    const result = await this.#connection.runAndReadAll(this.#toDuckDb(sql));
    const fields = result.columnNames().map((name, index) => {
      const type = String(result.columnType(index));
      return { name, type: type === 'VARCHAR' ? 'STRING' : 'INTEGER', mode: 'NULLABLE' };
    });
    const rows = result
      .getRows()
      .map((row) => ({ f: row.map((value) => ({ v: value === null ? null : String(value) })) }));
    return {
      jobComplete: true,
      jobReference: { projectId: project, jobId: 'query', location: 'EU' },
      schema: { fields },
      rows,
      totalRows: String(rows.length),
    };
  }
}
