import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { BigQuery } from '@google-cloud/bigquery';
import { Storage } from '@google-cloud/storage';
import { OAuth2Client } from 'google-auth-library';
import { GcsStore } from '../../runtime/lake/gcs-store.ts';
import type { ObjectStore } from '../../runtime/lake/object-store.ts';
import { freePort } from '../../runtime/local/free-port.ts';
import { type Emulator, startEmulator } from '../lake/gcs/emulator.ts';
import { FaultProxy } from '../lake/gcs/fault-proxy.ts';
import { eventually } from '../support/eventually.ts';
import type { Deployed, DeployedProgram } from './deployed.ts';

const tools = resolve('.beatflow/tools/bigquery/emulator');
const python = join(tools, 'bin', 'python');

/** What the judge saw in a step of a test; see judge/ledger.py. */
export interface StepReport {
  /** Jobs by who asked: `loader`, `dbt`, `dashboard`. */
  readonly jobs: Readonly<Record<string, number>>;
  readonly statements: Readonly<Record<string, number>>;
  /** Bytes by who asked. */
  readonly billedBytes: Readonly<Record<string, number>>;
  /** Load, copy and query jobs by the table that they wrote into. */
  readonly jobsInto: Readonly<Record<string, number>>;
  /** Partitioned tables that were read whole, by who asked. */
  readonly unpruned: Readonly<Record<string, readonly string[]>>;
  readonly refused: readonly { readonly asker: string; readonly message: string; readonly sql: string }[];
}

/** How a program ended, and all that it printed. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/**
 * Google Cloud as far as a deployment's jobs see it, on loopback: emulators of BigQuery and Cloud Storage, the judge with
 * Google's rules before the first, a metadata server, and the datasets, tables and buckets of the deployment.
 */
export class GoogleCloud {
  readonly #deployed: Deployed;
  readonly #processes: ChildProcess[] = [];
  /** Completes the paths of clients that are told of an emulator. */
  readonly #storageProxy = new FaultProxy();
  #storageEmulator: Emulator | undefined;
  #judge = '';
  #storage = '';

  private constructor(deployed: Deployed) {
    this.#deployed = deployed;
  }

  /** Starts all of it, empty, with its files in a folder. */
  static async start(deployed: Deployed, folder: string): Promise<GoogleCloud> {
    const cloud = new GoogleCloud(deployed);
    const buckets = join(folder, 'buckets');
    mkdirSync(buckets);
    try {
      await Promise.all([cloud.#startStorage(buckets), cloud.#startBigQuery(buckets)]);
      for (const dataset of deployed.datasets) await cloud.#post('datasets', dataset);
      for (const table of deployed.tables) {
        await cloud.#post(`datasets/${table.tableReference.datasetId}/tables`, table);
      }
    } catch (error) {
      await cloud.stop();
      throw error;
    }
    return cloud;
  }

  /** The lake's bucket. */
  lake(): ObjectStore {
    return new GcsStore({
      bucket: this.#deployed.lake,
      prefix: '',
      newClient: async () => new Storage({ apiEndpoint: this.#storage, projectId: this.#deployed.project }),
    });
  }

  /** A real client, which sees everything by the judge's rules. */
  client(): BigQuery {
    const token = new OAuth2Client();
    token.setCredentials({ access_token: 'none', expiry_date: Date.now() + 3_600_000 });
    const place = { projectId: this.#deployed.project, location: this.#deployed.location };
    return new BigQuery({ ...place, apiEndpoint: this.#judge, authClient: token } as never);
  }

  /** What a program of the deployment is told, and where it finds Google here. */
  environmentOf(program: DeployedProgram): Record<string, string> {
    const host = this.#judge.replace('http://', '');
    return {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '/',
      ...program.environment,
      // Node's client wants the path of the API, Python's must not have it.
      BIGQUERY_EMULATOR_HOST: program.command[0] === 'node' ? `${this.#judge}/bigquery/v2` : this.#judge,
      STORAGE_EMULATOR_HOST: this.#storage,
      GCE_METADATA_HOST: host,
      GCE_METADATA_IP: host,
      GCE_METADATA_ROOT: host,
      METADATA_SERVER_DETECTION: 'assume-present',
    };
  }

  /** Starts a program as its job does; `others` are variables that differ here. */
  spawn(program: DeployedProgram, args: readonly string[], others: Readonly<Record<string, string>> = {}) {
    const [command = '', ...first] = program.command;
    const child = spawn(command === 'node' ? process.execPath : command, [...first, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...this.environmentOf(program), ...others },
    });
    this.#processes.push(child);
    return child;
  }

  /** Runs a program to its end. */
  async run(
    program: DeployedProgram,
    args: readonly string[] = [],
    others: Readonly<Record<string, string>> = {},
  ): Promise<Ended> {
    const child = this.spawn(program, args, others);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output += String(chunk)));
    const [code] = await once(child, 'close');
    return { code, output };
  }

  /** Begins a step, whose jobs are counted apart. */
  async step(name: string): Promise<void> {
    await this.#control('step', { name });
  }

  /** What was seen in a step. */
  async report(step: string): Promise<StepReport> {
    const steps = (await this.#control('report', {})) as Record<string, StepReport>;
    const found = steps[step];
    if (!found) throw new Error(`there is no step ${step}, but ${Object.keys(steps).join(', ')}`);
    return found;
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#processes.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
      }),
    );
    await this.#storageEmulator?.stop();
    if (this.#storage) await this.#storageProxy.close();
  }

  async #startStorage(buckets: string): Promise<void> {
    const proxy = this.#storageProxy;
    this.#storageEmulator = await startEmulator(this.#deployed.lake, () => proxy.listen(), buckets);
    proxy.forwardTo(this.#storageEmulator.port);
    this.#storage = `http://127.0.0.1:${proxy.port}`;
  }

  async #startBigQuery(buckets: string): Promise<void> {
    const [rest, grpc] = [await freePort(0), await freePort(0)];
    const { project } = this.#deployed;
    const emulator = `http://127.0.0.1:${rest}`;
    const env = { HOME: join(tools, 'home'), BQEMU_GCS_LOCAL_ROOT: buckets, PYTHONPATH: import.meta.dirname };
    const ports = ['--rest-port', String(rest), '--grpc-port', String(grpc)];
    this.#start(
      join(tools, 'bin', 'bqemulator'),
      ['start', ...ports, '--project', project, '--log-level', 'error'],
      env,
    );
    const judge = this.#start(
      python,
      ['-m', 'judge', '--emulator', emulator, '--lake', buckets, '--project', project],
      env,
    );
    const [port] = await once(createInterface({ input: judge.stdout as NodeJS.ReadableStream }), 'line');
    this.#judge = `http://127.0.0.1:${port}`;
    await eventually('the emulator answers', async () => {
      const answer = await fetch(`${emulator}/bigquery/v2/projects/${project}/datasets`).catch(
        () => undefined,
      );
      return answer?.ok ?? false;
    });
  }

  #start(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    this.#processes.push(child);
    return child;
  }

  async #post(path: string, body: unknown): Promise<unknown> {
    const response = await fetch(`${this.#judge}/bigquery/v2/projects/${this.#deployed.project}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  async #control(what: string, body: unknown): Promise<unknown> {
    const response = await fetch(`${this.#judge}/_judge/${what}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`the judge: ${response.status} ${await response.text()}`);
    return response.json();
  }
}
