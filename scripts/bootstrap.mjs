/**
 * Makes a fresh clone runnable: npm packages, the Kafka broker's jars, the Python environment of dbt. Needs nothing
 * but Node's own modules, shows each step, and does nothing where the lock files are those of the last run.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, '.beatflow', 'tools');
const at = (...parts) => join(root, ...parts);

const fail = (lines) => {
  for (const line of [lines].flat()) process.stderr.write(`bootstrap: ${line}\n`);
  process.exit(2);
};

/** First line of a command's output that matches, as numbers; undefined where the command is missing or fails. */
function versionOf(command, args, pattern) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  const match = status === 0 ? pattern.exec(`${stdout}\n${stderr}`) : null;
  return match?.slice(1).map(Number);
}

const pythonNames = ['python3', 'python3.12', 'python3.11', 'python3.10', 'python'];

function findPython() {
  return pythonNames.find((name) => {
    const [major, minor] = versionOf(name, ['--version'], /Python (\d+)\.(\d+)/) ?? [];
    return major === 3 && minor >= 10 && minor <= 12;
  });
}

/** Names every tool that is missing, before anything is downloaded. */
function checkTools(neededSteps) {
  const faults = [];
  const nodeMajor = Number(process.versions.node.split('.')[0]);
  if (nodeMajor < 20)
    faults.push(`Node ${process.versions.node} is too old: get Node 20 or newer from nodejs.org`);
  if (neededSteps.includes('jars')) {
    const java = versionOf('java', ['-version'], /version "(\d+)/)?.[0];
    if (!(java >= 17)) {
      faults.push(
        `Java 17 or newer is needed for the Kafka broker, found ${java ?? 'none'}: apt-get install openjdk-17-jre-headless, or brew install openjdk`,
      );
    }
    if (!versionOf('mvn', ['-v'], /Maven (\d+)/)) {
      faults.push(
        "Maven is needed for the Kafka broker's jars, found none: apt-get install maven, or brew install maven",
      );
    }
  }
  if (neededSteps.includes('python')) {
    const python = findPython();
    if (!python) {
      faults.push(
        'Python 3.10, 3.11 or 3.12 is needed for dbt, found none: apt-get install python3 python3-venv, or brew install python@3.12',
      );
    } else if (spawnSync(python, ['-c', 'import venv, ensurepip']).status !== 0) {
      faults.push(`${python} has no venv module: apt-get install python3-venv`);
    }
  }
  if (faults.length > 0) fail(faults);
}

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26, ...options });
  if (result.status !== 0) {
    fail([
      `${command} ${args.join(' ')} failed:`,
      `${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}`.trim(),
    ]);
  }
}

const hashOf = (...files) => {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} `);
  for (const file of files) hash.update(readFileSync(at(file)));
  return hash.digest('hex');
};

const steps = [
  {
    name: 'packages',
    title: 'npm packages',
    inputs: ['package-lock.json'],
    output: at('node_modules', '.package-lock.json'),
    make: () =>
      run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
        shell: process.platform === 'win32',
      }),
  },
  {
    name: 'jars',
    title: "the Kafka broker's jars",
    inputs: ['runtime/local/broker/pom.xml'],
    output: join(tools, 'kafka'),
    make() {
      const output = join(tools, 'kafka');
      rmSync(output, { recursive: true, force: true });
      const goal = 'dependency:copy-dependencies';
      run('mvn', [
        '-B',
        '-q',
        '-ntp',
        '-f',
        'runtime/local/broker/pom.xml',
        goal,
        `-DoutputDirectory=${output}`,
        '-DincludeScope=runtime',
      ]);
      if (readdirSync(output).length === 0) fail('Maven resolved no jars');
    },
  },
  {
    name: 'python',
    title: "dbt's Python environment",
    inputs: ['dbt/requirements.lock', 'scripts/uv.lock'],
    output: join(tools, 'python'),
    make() {
      const uvHome = join(tools, 'uv');
      const python = findPython();
      rmSync(uvHome, { recursive: true, force: true });
      run(python, ['-m', 'venv', uvHome]);
      run(join(uvHome, 'bin', 'pip'), [
        'install',
        '-q',
        '--disable-pip-version-check',
        '--require-hashes',
        '-r',
        'scripts/uv.lock',
      ]);
      const uv = join(uvHome, 'bin', 'uv');
      const environment = join(tools, 'python');
      run(uv, ['venv', '-q', '--clear', '--python', python, environment]);
      run(uv, [
        'pip',
        'sync',
        '-q',
        '--python',
        join(environment, 'bin', 'python'),
        // Where the environment or the user forbids writing it later, dbt would compile its modules at each start.
        '--compile-bytecode',
        '--require-hashes',
        'dbt/requirements.lock',
      ]);
    },
  },
];

const stampFile = join(tools, 'bootstrap.json');
const stamps = existsSync(stampFile) ? JSON.parse(readFileSync(stampFile, 'utf8')) : {};
const due = steps.filter((step) => !existsSync(step.output) || stamps[step.name] !== hashOf(...step.inputs));

checkTools(due.map((step) => step.name));
mkdirSync(tools, { recursive: true });
for (const [index, step] of due.entries()) {
  const started = Date.now();
  process.stdout.write(`bootstrap ${index + 1}/${due.length}: ${step.title} ...`);
  step.make();
  stamps[step.name] = hashOf(...step.inputs);
  writeFileSync(stampFile, JSON.stringify(stamps));
  process.stdout.write(` ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}
const runner = spawnSync(at('node_modules', '.bin', 'node'), ['--version'], { encoding: 'utf8' });
const [major, minor] = (runner.status === 0 ? runner.stdout : process.version)
  .slice(1)
  .split('.')
  .map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  fail(
    `npm has no Node for ${process.platform} ${process.arch}: install Node 22.18 or newer yourself, found ${process.version}`,
  );
}
