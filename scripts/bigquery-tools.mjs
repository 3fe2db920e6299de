/**
 * Brings what the BigQuery tests of dbt need beyond the bootstrap, about 700 MB: dbt with both adapters and sqlfluff,
 * and Google's SQL analyzer with its reference engine. A no-op when all is there; with `--check` it brings nothing and
 * exits 1 when something is missing.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, '.beatflow', 'tools');
const uv = join(tools, 'uv', 'bin', 'uv');
const python = join(tools, 'bigquery', 'python');
const jars = join(tools, 'bigquery', 'jars');
const lock = 'dbt/requirements-dev.lock';
const pom = '__tests__/dbt/bigquery/pom.xml';

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status === 0) return;
  process.stderr.write(`${command} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}\n`);
  process.exit(1);
}

const steps = [
  {
    title: 'dbt for BigQuery and sqlfluff',
    input: lock,
    output: python,
    make() {
      run(uv, ['venv', '-q', '--clear', '--python', join(tools, 'python', 'bin', 'python'), python]);
      const target = ['--python', join(python, 'bin', 'python')];
      run(uv, ['pip', 'sync', '-q', ...target, '--compile-bytecode', '--require-hashes', lock]);
    },
  },
  {
    title: "Google's SQL analyzer",
    input: pom,
    output: jars,
    make() {
      rmSync(jars, { recursive: true, force: true });
      run('mvn', [
        '-B',
        '-q',
        '-ntp',
        '-f',
        pom,
        'dependency:copy-dependencies',
        `-DoutputDirectory=${jars}`,
      ]);
    },
  },
];

if (!existsSync(uv)) {
  process.stderr.write('uv is not there yet: run npm run bootstrap first\n');
  process.exit(1);
}
for (const { title, input, output, make } of steps) {
  const hash = createHash('sha256')
    .update(readFileSync(join(root, input)))
    .digest('hex');
  const stamp = `${output}.stamp`;
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) continue;
  if (process.argv.includes('--check')) process.exit(1);
  const started = Date.now();
  process.stdout.write(`${title} ...`);
  make();
  writeFileSync(stamp, hash);
  process.stdout.write(` ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}
