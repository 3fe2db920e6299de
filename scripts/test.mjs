/**
 * Runs the test tiers one after the other, says which are skipped and how to get their tools, and exits 1 when one
 * fails. `npm test` runs all; `node scripts/test.mjs unit integration` those named.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingMachineTools, missingPythonTool, missingTerraform, toolPython } from './test-tools.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name) => join(root, 'node_modules', '.bin', name);
const node = existsSync(bin('node')) ? bin('node') : process.execPath;
const has = (command, args = ['--version']) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;
const chromium = () =>
  [process.env.BEATFLOW_CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'].find(
    (name) => name && has(name),
  );

const jest = (tier) => [
  node,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    bin('jest'),
    '--selectProjects',
    tier,
  ],
];

/** The DAGs in one version of Airflow. */
const airflow = (version) => ({
  missing: () =>
    missingPythonTool(root, `airflow${version}`, `runtime/airflow/requirements/airflow${version}.lock`),
  command: () => [toolPython(root, `airflow${version}`), ['-W', 'ignore', '__tests__/airflow/test_dags.py']],
});

const emulator = join(root, '.beatflow/tools/bin/fake-gcs-server');
/** Builds the emulator of Cloud Storage once; what is wrong, or undefined when it is there. */
function installEmulator() {
  if (existsSync(emulator)) return undefined;
  if (!has('go', ['version'])) return 'Go 1.24 or newer: https://go.dev/dl';
  process.stdout.write('\nbuilding fake-gcs-server, once\n');
  const { status } = spawnSync('go', ['install', 'github.com/fsouza/fake-gcs-server@v1.56.1'], {
    stdio: 'inherit',
    env: { ...process.env, GOBIN: dirname(emulator), CGO_ENABLED: '0' },
  });
  return status === 0 ? undefined : 'fake-gcs-server, which go install could not build; see above';
}

/** What the tests of dbt on BigQuery lack: one environment of Python and some jars, too large to bring unasked. */
function missingBigQueryTools() {
  const { status } = spawnSync(node, [join(root, 'scripts', 'bigquery-tools.mjs'), '--check']);
  return status === 0 ? undefined : 'about 700 MB of tools: node scripts/bigquery-tools.mjs';
}

/** What the tests of the Spark job lack: PySpark and some jars, too large to bring unasked. */
function missingSpark() {
  const { status } = spawnSync(node, [join(root, 'scripts', 'spark-tools.mjs'), '--check']);
  return status === 0 ? undefined : 'about 480 MB of tools: node scripts/spark-tools.mjs';
}

/**
 * Each tier: its command, and what it needs that the bootstrap does not bring. One that is `onlyByName` is left out of
 * `npm test`.
 */
const tiers = {
  static: { command: () => ['npm', ['run', '--silent', 'check']] },
  unit: { command: () => jest('unit') },
  simulation: { command: () => jest('simulation') },
  gcs: { missing: installEmulator, command: () => jest('gcs') },
  // The long run of kills; BEATFLOW_KILLS says how many (50), BEATFLOW_KILLS_SEED which (1).
  kills: { missing: installEmulator, command: () => jest('kills'), onlyByName: true },
  integration: {
    command: () => [...jest('integration').slice(0, 1), [...jest('integration')[1], '--maxWorkers=2']],
  },
  bigquery: { missing: missingBigQueryTools, command: () => jest('bigquery') },
  browser: {
    missing: () =>
      chromium() ? undefined : 'Chromium: apt-get install chromium, or name one in BEATFLOW_CHROMIUM',
    command: () => jest('browser'),
    env: () => ({ BEATFLOW_CHROMIUM: chromium() }),
  },
  terraform: { missing: () => missingTerraform(root), command: () => jest('terraform') },
  machines: { missing: missingMachineTools, command: () => jest('machines') },
  checkov: {
    missing: () => missingPythonTool(root, 'checkov', 'constructs/policies/checkov.lock'),
    command: () => jest('checkov'),
    env: () => ({ BEATFLOW_CHECKOV_PYTHON: toolPython(root, 'checkov') }),
  },
  airflow2: airflow(2),
  airflow3: { ...airflow(3), onlyByName: true },
  spark: {
    missing: missingSpark,
    command: () => [...jest('spark').slice(0, 1), [...jest('spark')[1], '--runInBand']],
    onlyByName: true,
  },
  compose: {
    missing: () =>
      has('go', ['version'])
        ? missingPythonTool(root, 'hadolint', 'docker/hadolint.lock')
        : 'Go 1.24 or newer: https://go.dev/dl',
    command: () => jest('compose'),
    onlyByName: true,
  },
  e2e: { command: () => [...jest('e2e').slice(0, 1), [...jest('e2e')[1], '--runInBand']] },
};

const named = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const jestArguments = process.argv.slice(2).filter((argument) => argument.startsWith('-'));
const unknown = named.filter((name) => !Object.hasOwn(tiers, name));
if (unknown.length > 0) {
  process.stderr.write(`no such tier: ${unknown.join(', ')}; there are ${Object.keys(tiers).join(', ')}\n`);
  process.exit(2);
}

/** Tiers that must not be skipped here, such as on a machine that installs their tools. */
const requiredTiers = new Set((process.env.BEATFLOW_REQUIRED_TIERS ?? '').split(/[ ,]+/));

/** Temporary files of all tiers, those of libraries included, which go with the run. */
const scratch = mkdtempSync(join(tmpdir(), 'beatflow-test-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

const results = [];
const usual = Object.keys(tiers).filter((name) => !tiers[name].onlyByName);
for (const name of named.length > 0 ? named : usual) {
  const tier = tiers[name];
  const missing = tier.missing?.();
  if (missing) {
    if (requiredTiers.has(name)) {
      process.stderr.write(`tier ${name} must not be skipped here and lacks ${missing}\n`);
      results.push({ name, outcome: 'failed' });
      continue;
    }
    results.push({ name, outcome: 'skipped', missing });
    continue;
  }
  const [command, args] = tier.command();
  process.stdout.write(`\n=== ${name}\n`);
  const started = Date.now();
  const { status } = spawnSync(command, [...args, ...(command === node ? jestArguments : [])], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      ...tier.env?.(),
      TMPDIR: scratch,
      PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`,
    },
  });
  results.push({ name, outcome: status === 0 ? 'passed' : 'failed', seconds: (Date.now() - started) / 1000 });
}

process.stdout.write('\n');
for (const { name, outcome, seconds, missing } of results) {
  const detail = missing ? `needs ${missing}` : seconds === undefined ? '' : `${seconds.toFixed(1)} s`;
  process.stdout.write(`${outcome.padEnd(8)} ${name.padEnd(12)} ${detail}\n`);
}
const count = (outcome) => results.filter((result) => result.outcome === outcome).length;
process.stdout.write(
  `tiers: ${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped\n`,
);
process.exitCode = count('failed') > 0 ? 1 : 0;
