/** Large tools that the bootstrap does not bring: each is made from a lock file or a pom, and again when that changes. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tools = join(root, '.beatflow', 'tools');
const uv = join(tools, 'uv', 'bin', 'uv');

/** Runs a command in the root; ends this process with its words where it fails. */
export function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status === 0) return;
  process.stderr.write(`${command} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}\n`);
  process.exit(1);
}

/** Makes a Python environment of what a lock file names. */
export function makePython(lock, output) {
  run(uv, ['venv', '-q', '--clear', '--python', join(tools, 'python', 'bin', 'python'), output]);
  const target = ['--python', join(output, 'bin', 'python'), '--compile-bytecode', '--require-hashes'];
  run(uv, ['pip', 'sync', '-q', ...target, lock]);
}

/** Makes a folder of the jars that a pom names. */
export function makeJars(pom, output) {
  rmSync(output, { recursive: true, force: true });
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${output}`, '-DincludeScope=runtime'];
  run('mvn', ['-B', '-q', '-ntp', '-f', pom, ...goal]);
}

/**
 * Brings what is missing or out of date; with `--check` it brings nothing and exits 1 where something is.
 * @param {{ title: string, input: string, output: string, make: (input: string, output: string) => void }[]} steps
 * `output` is below .beatflow/tools
 */
export function bring(steps) {
  if (!existsSync(uv)) {
    process.stderr.write('uv is not there yet: run npm run bootstrap first\n');
    process.exit(1);
  }
  for (const { title, input, output, make } of steps) {
    const hash = createHash('sha256')
      .update(readFileSync(join(root, input)))
      .digest('hex');
    const made = join(tools, output);
    const stamp = `${made}.stamp`;
    if (existsSync(made) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) continue;
    if (process.argv.includes('--check')) process.exit(1);
    const started = Date.now();
    process.stdout.write(`${title} ...`);
    make(input, made);
    writeFileSync(stamp, hash);
    process.stdout.write(` ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
  }
}
