import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

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

/**
 * Runs the project's real dbt against a DuckDB file. Artifacts go to `folder`, which also keeps dbt's parsed project
 * between calls. Nothing may have the DuckDB file open.
 */
export async function dbt(folder: string, path: string, args: readonly string[]): Promise<DbtRun> {
  const target = join(folder, 'target');
  const project = join(root, 'dbt');
  const { exitCode, output } = await new Promise<{ exitCode: number; output: string }>((resolve) => {
    execFile(
      join(root, '.beatflow', 'tools', 'python', 'bin', 'dbt'),
      ['--no-use-colors', ...args, '--project-dir', project, '--profiles-dir', project],
      {
        cwd: project,
        timeout: 600_000,
        maxBuffer: 64 * 1024 * 1024,
        env: {
          ...process.env,
          BEATFLOW_DUCKDB_PATH: path,
          DBT_TARGET_PATH: target,
          DBT_LOG_PATH: join(folder, 'logs'),
          DO_NOT_TRACK: '1',
        },
      },
      (error, stdout, stderr) =>
        resolve({ exitCode: error ? Number(error.code ?? 1) : 0, output: `${stdout}${stderr}` }),
    );
  });
  const json = await readFile(join(target, 'run_results.json'), 'utf8').catch(() => '{"results":[]}');
  const { results } = JSON.parse(json) as {
    results: { unique_id: string; status: string; message: string | null }[];
  };
  return {
    exitCode,
    output,
    results: results.map(({ unique_id, status, message }) => {
      const [type, , ...name] = unique_id.split('.');
      return { type: type as NodeResult['type'], name: name.join('.'), status, message };
    }),
  };
}
