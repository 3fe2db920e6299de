import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

/** Python of the bootstrap: all of the job but its driver needs nothing but Python itself. */
const python = resolve('.beatflow/tools/python/bin/python');

/** What a run of Python left. */
interface PythonRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Python with the job's package on its path. */
export async function runPython(
  args: readonly string[],
  { input = '', environment = {} }: { input?: string; environment?: Readonly<Record<string, string>> } = {},
): Promise<PythonRun> {
  const child = spawn(python, ['-B', ...args], {
    env: { ...process.env, ...environment, PYTHONPATH: resolve('runtime/spark') },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
