/**
 * Brings what the Spark job needs on one machine, about 480 MB: PySpark and the jars of its Kafka source. A no-op when
 * all is there; with `--check` it brings nothing and exits 1 when something is missing.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, '.beatflow', 'tools');
const uv = join(tools, 'uv', 'bin', 'uv');

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status === 0) return;
  process.stderr.write(`${command} ${args.join(' ')}: ${error?.message ?? `exit code ${status}`}\n`);
  process.exit(1);
}

const steps = [
  {
    title: 'PySpark',
    input: 'runtime/spark/requirements.lock',
    output: join(tools, 'spark', 'python'),
    make(output) {
      run(uv, ['venv', '-q', '--clear', '--python', join(tools, 'python', 'bin', 'python'), output]);
      const target = ['--python', join(output, 'bin', 'python')];
      run(uv, ['pip', 'sync', '-q', ...target, '--require-hashes', 'runtime/spark/requirements.lock']);
    },
  },
  {
    title: "the jars of Spark's Kafka source",
    input: 'runtime/spark/pom.xml',
    output: join(tools, 'spark', 'jars'),
    make(output) {
      rmSync(output, { recursive: true, force: true });
      const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${output}`, '-DincludeScope=runtime'];
      run('mvn', ['-B', '-q', '-ntp', '-f', 'runtime/spark/pom.xml', ...goal]);
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
  make(output);
  writeFileSync(stamp, hash);
  process.stdout.write(` ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}
