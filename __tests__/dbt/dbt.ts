import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';

const root = join(import.meta.dirname, '..', '..');
const project = join(root, 'dbt');
const python = join(root, '.beatflow', 'tools', 'python');

/** What became of one model or test of a dbt run. */
export interface NodeResult {
  readonly name: string;
  readonly type: 'model' | 'test' | 'unit_test' | 'operation' | 'exposure';
  readonly status: string;
  readonly message: string | null;
}

/** The nodes of a run that did not go well; exposures have nothing to do and say so. */
export function failuresOf<R extends { readonly status: string }>(results: readonly R[]): readonly R[] {
  return results.filter(({ status }) => !['success', 'pass', 'no-op'].includes(status));
}

/** A dbt run: how it ended, what it did, and what it printed. */
export interface DbtRun {
  readonly exitCode: number;
  readonly results: readonly NodeResult[];
  readonly output: string;
}

/** What a parsed project depends on beside its own files and the variables of a run. */
const projectHash = () => {
  const hash = createHash('sha256');
  const files = globSync('**/*.{sql,yml,lock}', { cwd: project, exclude: ['target', 'logs'] }).sort();
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(project, file)));
  return hash;
};

/** dbt in a process of its own, which runs one command after the other and imports dbt once. */
class ResidentDbt {
  readonly #process: ChildProcess;
  readonly #answers: Interface;
  readonly #hash = projectHash();
  #printed = '';

  constructor() {
    this.#process = spawn(join(python, 'bin', 'python'), [join(import.meta.dirname, 'resident.py')], {
      cwd: project,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, DO_NOT_TRACK: '1' },
    });
    this.#answers = createInterface({ input: this.#process.stdout as NodeJS.ReadableStream });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#printed += text;
    });
  }

  /** Runs a command; `variables` are those of `--vars`, which the parsed project depends on. */
  async run(
    args: readonly string[],
    variables: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<{ readonly exitCode: number; readonly output: string }> {
    this.#printed = '';
    const key = this.#hash
      .copy()
      .update(JSON.stringify([variables, basename(env.BEATFLOW_DUCKDB_PATH ?? '')]));
    const command = {
      args,
      options: ['--project-dir', project, '--profiles-dir', project, ...variables],
      env,
      parsed: join(root, '.beatflow', 'cache', 'dbt', `${key.digest('hex').slice(0, 16)}.msgpack`),
    };
    const answered = once(this.#answers, 'line').then(([line]) => JSON.parse(line) as { exitCode: number });
    const ended = once(this.#process, 'exit').then(([code]) => {
      throw new Error(`dbt's process ended with ${code}:\n${this.#printed}`);
    });
    this.#process.stdin?.write(`${JSON.stringify(command)}\n`);
    const { exitCode } = await Promise.race([answered, ended]);
    return { exitCode, output: this.#printed };
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.stdin?.end();
    await ended;
  }
}

let resident: ResidentDbt | undefined;
afterAll(async () => {
  await resident?.end();
  resident = undefined;
});

/**
 * Runs the project's real dbt against a DuckDB file. Artifacts go to `folder`. Nothing may have the DuckDB file open.
 * All calls of a test file share one process, and all test files one parsed project.
 */
export async function dbt(folder: string, path: string, args: readonly string[]): Promise<DbtRun> {
  const target = join(folder, 'target');
  const at = args.indexOf('--vars');
  const variables = at < 0 ? [] : args.slice(at, at + 2);
  resident ??= new ResidentDbt();
  const { exitCode, output } = await resident.run(
    args.filter((argument) => !variables.includes(argument)),
    variables,
    { BEATFLOW_DUCKDB_PATH: path, DBT_TARGET_PATH: target, DBT_LOG_PATH: join(folder, 'logs') },
  );
  return { exitCode, output, results: await nodeResults(target) };
}

/** What dbt wrote of its last run into a target folder; nothing where it wrote nothing. */
export async function nodeResults(target: string): Promise<readonly NodeResult[]> {
  const json = await readFile(join(target, 'run_results.json'), 'utf8').catch(() => '{"results":[]}');
  const { results } = JSON.parse(json) as {
    results: { unique_id: string; status: string; message: string | null }[];
  };
  return results.map(({ unique_id, status, message }) => {
    const [type, , ...name] = unique_id.split('.');
    return { type: type as NodeResult['type'], name: name.join('.'), status, message };
  });
}
