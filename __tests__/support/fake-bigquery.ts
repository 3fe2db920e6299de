import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { BigQuery } from '@google-cloud/bigquery';
import { OAuth2Client } from 'google-auth-library';
import { bigQueryClient } from '../../runtime/warehouse/bigquery-client.ts';
import { BigQueryWarehouse } from '../../runtime/warehouse/raw/bigquery-warehouse.ts';
import { FakeTables, type LoadConfiguration, ReasonError } from './fake-bigquery-tables.ts';
import { silentLogger } from './pipeline.ts';

const project = 'test-project';
const dataset = 'dev_raw';
const location = 'EU';

/** Of so many requests one is answered with 503, and of so many one with a rate limit: both are to be repeated. */
const trouble = { unavailable: 11, rateLimit: 17 };
/** Looks at a job that find it running before it is done: none at the first job, then one, two, none … */
const runningLooks = 3;

interface JobRequest {
  readonly jobReference: { readonly projectId: string; readonly jobId: string; readonly location?: string };
  readonly configuration: { readonly load?: LoadConfiguration; readonly query?: { readonly query: string } };
}

interface JobState {
  readonly request: JobRequest;
  readonly location: string;
  /** Looks that will still find it running. */
  looks: number;
  /** What a test had injected: it fails so. */
  readonly injected: string | undefined;
  done: boolean;
  error: { readonly reason: string; readonly message: string } | undefined;
}

/** What shall go wrong with the next job whose id contains a text. */
interface Fault {
  readonly jobIdPart: string;
  readonly kind: 'backendError' | 'invalid' | 'lost response' | 'http 400';
  /** So many such jobs go well before. @default 0 */
  after?: number;
}

/**
 * The part of BigQuery's jobs API that the loader uses, with its state: a job id is taken once (409), also by a job
 * that failed; a job runs for some looks, and does its work only then; it is found in its own location only. A load
 * obeys its partition decorator and its dispositions (see FakeTables). Now and then a request is answered with 503 or
 * a rate limit. SQL runs on DuckDB, in the dialect that both have in common.
 */
export class FakeBigQuery {
  readonly jobs = new Map<string, JobState>();
  readonly requests: JobRequest[] = [];
  /** Answers to requests for a job, by what they were. */
  readonly answers = { duplicate: 0, running: 0, unavailable: 0, rateLimit: 0 };
  readonly faults: Fault[] = [];
  creationTime = 1_000;
  readonly #tables: FakeTables;
  readonly #server: Server;
  #received = 0;
  #turn: Promise<void> = Promise.resolve();

  private constructor(tables: FakeTables) {
    this.#tables = tables;
    this.#server = createServer((request, response) => {
      // One connection, one transaction at a time.
      this.#turn = this.#turn
        .then(async () => {
          await this.#answer(request, response);
        })
        .catch((error: Error) => {
          const { reason = 'invalid' } = error as ReasonError;
          this.#fail(response, 400, reason, error.message);
        });
    });
  }

  /** Starts on loopback, with the tables that the stacks make. `gs://lake/…` is read from `lakeFolder`. */
  static async start(lakeFolder: string): Promise<FakeBigQuery> {
    const fake = new FakeBigQuery(await FakeTables.open({ project, dataset, lakeFolder }));
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  /** Makes the warehouse anew, as a destroy and deploy does. Jobs stay known: BigQuery remembers their ids. */
  makeTables(): Promise<void> {
    return this.#tables.makeAll();
  }

  /** `http://host:port`. */
  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A real client that talks to this server. */
  client(): BigQuery {
    const token = new OAuth2Client();
    token.setCredentials({ access_token: 'test', expiry_date: Date.now() + 3_600_000 });
    return bigQueryClient({
      projectId: project,
      apiEndpoint: this.address,
      authClient: token,
      retryOptions: { maxRetries: 5, retryDelayMultiplier: 1, maxRetryDelay: 0.05 },
    } as never);
  }

  query<Row>(sql: string): Promise<Row[]> {
    return this.#tables.query<Row>(sql);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#tables.close();
  }

  #send(response: ServerResponse, status: number, content: unknown): ServerResponse {
    return response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
  }

  #fail(response: ServerResponse, status: number, reason: string, message: string): ServerResponse {
    return this.#send(response, status, {
      error: { code: status, message, errors: [{ reason, message, domain: 'global' }] },
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<ServerResponse> {
    const url = new URL(request.url ?? '', this.address);
    const path = url.pathname.replace(`/bigquery/v2/projects/${project}`, '');
    const body = request.method === 'POST' ? JSON.parse(await text(request)) : undefined;
    this.#received++;
    if (this.#received % trouble.unavailable === 0) {
      this.answers.unavailable++;
      return this.#fail(response, 503, 'backendError', 'Visibility check was unavailable');
    }
    if (this.#received % trouble.rateLimit === 0) {
      this.answers.rateLimit++;
      return this.#fail(response, 403, 'rateLimitExceeded', 'Exceeded rate limits: too many api requests');
    }
    if (request.method === 'POST' && path === '/jobs') return this.#insert(body as JobRequest, response);
    const jobId = /^\/jobs\/([^/]+)$/.exec(path)?.[1];
    if (jobId) return this.#look(jobId, url.searchParams.get('location'), response);
    if (path === '/queries') return this.#send(response, 200, await this.#select(body));
    const table = new RegExp(`^/datasets/${dataset}/tables/([^/]+)$`).exec(path)?.[1];
    if (table) {
      return this.#send(response, 200, {
        creationTime: String(this.creationTime),
        lastModifiedTime: String(this.creationTime + (this.#tables.modifications.get(table) ?? 0)),
      });
    }
    return this.#fail(response, 404, 'notFound', `no such method: ${request.method} ${request.url}`);
  }

  #insert(request: JobRequest, response: ServerResponse): ServerResponse {
    const { jobId, location: at = 'US' } = request.jobReference;
    if (this.jobs.has(jobId)) {
      this.answers.duplicate++;
      return this.#fail(response, 409, 'duplicate', `Already Exists: Job ${project}:${jobId}`);
    }
    const fault = this.#takeFault(jobId);
    if (fault === 'http 400') return this.#fail(response, 400, 'invalid', 'Invalid value for: sourceUris');
    this.jobs.set(jobId, {
      request,
      location: at,
      looks: this.requests.length % runningLooks,
      injected: fault === 'lost response' ? undefined : fault,
      done: false,
      error: undefined,
    });
    this.requests.push(request);
    if (fault === 'lost response') return response.destroy();
    return this.#send(response, 200, this.#resource(jobId));
  }

  async #look(jobId: string, at: string | null, response: ServerResponse): Promise<ServerResponse> {
    const job = this.jobs.get(jobId);
    // https://cloud.google.com/bigquery/docs/locations#specify_locations: a job is looked up in its own location.
    if (job?.location !== (at ?? 'US')) {
      return this.#fail(response, 404, 'notFound', `Not found: Job ${project}:${jobId} in ${at}`);
    }
    if (job.looks > 0) {
      job.looks--;
      this.answers.running++;
    } else if (!job.done) {
      await this.#run(job);
    }
    return this.#send(response, 200, this.#resource(jobId));
  }

  #takeFault(jobId: string): Fault['kind'] | undefined {
    const index = this.faults.findIndex(({ jobIdPart }) => jobId.includes(jobIdPart));
    const fault = this.faults[index];
    if (fault?.after) {
      fault.after--;
      return undefined;
    }
    return index < 0 ? undefined : this.faults.splice(index, 1)[0]?.kind;
  }

  #resource(jobId: string): unknown {
    const { request, done, error } = this.jobs.get(jobId) as JobState;
    return {
      ...request,
      id: `${project}:${jobId}`,
      status: { state: done ? 'DONE' : 'RUNNING', ...(error ? { errorResult: error, errors: [error] } : {}) },
    };
  }

  async #run(job: JobState): Promise<void> {
    const { load, query } = job.request.configuration;
    job.done = true;
    try {
      if (job.injected) throw new ReasonError(job.injected, `injected ${job.injected}`);
      this.#checkLocation(job.location);
      if (load) await this.#tables.load(load);
      if (query) await this.#tables.script(query.query);
    } catch (error) {
      const { reason = 'invalid', message } = error as ReasonError;
      job.error = { reason, message };
    }
  }

  #checkLocation(at: string): void {
    if (at === location) return;
    throw new ReasonError(
      'notFound',
      `Not found: Dataset ${project}:${dataset} was not found in location ${at}`,
    );
  }

  async #select(body: { readonly query: string; readonly location?: string }): Promise<unknown> {
    this.#checkLocation(body.location ?? 'US');
    const result = await this.#tables.select(body.query);
    const fields = result.columnNames().map((name, index) => {
      const type = String(result.columnType(index));
      return { name, type: type === 'VARCHAR' ? 'STRING' : 'INTEGER', mode: 'NULLABLE' };
    });
    const rows = result
      .getRows()
      .map((row) => ({ f: row.map((value) => ({ v: value === null ? null : String(value) })) }));
    return {
      jobComplete: true,
      jobReference: { projectId: project, jobId: 'query', location },
      schema: { fields },
      rows,
      totalRows: String(rows.length),
    };
  }
}

/** The loader's warehouse on a fake. */
export function bigQueryWarehouse(fake: FakeBigQuery): BigQueryWarehouse {
  return new BigQueryWarehouse({
    client: fake.client(),
    project,
    dataset,
    location,
    lake: 'gs://lake',
    logger: silentLogger,
    pauseMs: 1,
  });
}
