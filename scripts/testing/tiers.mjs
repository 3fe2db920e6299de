/**
 * The tiers of tests: what each needs beyond the bootstrap, how it runs, and which command runs it by itself. `npm test`
 * runs the set `quick`, `npm run test:all` the set `all`, which is what `quick` leaves out; `npm run test:long` the rest.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  has,
  installedEmulator,
  missingMachineTools,
  missingPythonTool,
  missingTerraform,
  toolPython,
} from './tools.mjs';

const root = join(import.meta.dirname, '../..');
const nodeOfPackage = join(root, 'node_modules', '.bin', 'node');
/** The Node that the project pins, or where its package has none for this machine, the one that runs this. */
export const node = existsSync(nodeOfPackage) ? nodeOfPackage : process.execPath;

const chromium = () =>
  [process.env.BEATFLOW_CHROMIUM, 'chromium', 'chromium-browser', 'google-chrome'].find(
    (name) => name && has(name),
  );
const needsChromium = {
  missing: () =>
    chromium() ? undefined : 'Chromium: apt-get install chromium, or name one in BEATFLOW_CHROMIUM',
  env: () => ({ BEATFLOW_CHROMIUM: chromium() }),
};
const needsGo = (use) => (has('go', ['version']) ? use() : 'Go 1.24 or newer: https://go.dev/dl');
const missingEmulator = () => needsGo(() => installedEmulator(root));

/** A script that brings large tools and says with `--check` whether they are there. */
const missingTools = (script, size) => () =>
  spawnSync(node, [join(root, 'scripts', script), '--check']).status === 0
    ? undefined
    : `about ${size} of tools: node scripts/${script}`;

/** Tests on an emulator of BigQuery, which reads its files from one of Cloud Storage. */
const needsBigQuery = {
  missing: () => missingTools('bigquery-tools.mjs', '1.3 GB')() ?? missingEmulator(),
};

/** The DAGs in one version of Airflow. */
const airflow = (version, set) => ({
  set,
  missing: () =>
    missingPythonTool(root, `airflow${version}`, `runtime/airflow/requirements/airflow${version}.lock`),
  command: () => [toolPython(root, `airflow${version}`), ['-W', 'ignore', '__tests__/airflow/test_dags.py']],
});

/**
 * @typedef {object} Tier
 * @property {'quick' | 'all' | 'long'} set which command runs it
 * @property {() => string | undefined} [missing] makes its tools ready, or says what is missing
 * @property {() => Record<string, string>} [env] what its tests read from the environment
 * @property {() => [string, string[]]} [command] its command; without one it is the project of that name in jest
 * @property {boolean} [alone] whether it runs by itself, because it measures or fills the machine
 */

/** @type {Record<string, Tier>} */
export const tiers = {
  static: { set: 'quick', command: () => ['npm', ['run', '--silent', 'check']] },
  unit: { set: 'quick' },
  simulation: { set: 'quick' },
  integration: { set: 'quick' },
  e2e: { set: 'quick' },
  // The first hours of a deploy on an emulator of BigQuery, behind Google's rules.
  'first-hour': { set: 'quick', ...needsBigQuery },
  // The tests of other tiers that count their cases, with ten times more of them, or BEATFLOW_FUZZ times.
  fuzz: { set: 'all' },
  slow: { set: 'all' },
  // What docs/fork.md says, done in a copy of the repository.
  fork: { set: 'all', ...needsChromium },
  gcs: { set: 'all', missing: missingEmulator },
  bigquery: { set: 'all', missing: missingTools('bigquery-tools.mjs', '1.3 GB') },
  browser: { set: 'all', ...needsChromium },
  terraform: { set: 'all', missing: () => missingTerraform(root) },
  machines: { set: 'all', missing: missingMachineTools },
  checkov: {
    set: 'all',
    missing: () => missingPythonTool(root, 'checkov', 'constructs/policies/checkov.lock'),
    env: () => ({ BEATFLOW_CHECKOV_PYTHON: toolPython(root, 'checkov') }),
  },
  airflow2: airflow(2, 'all'),
  airflow3: airflow(3, 'all'),
  // BEATFLOW_KILLS says how many (50), BEATFLOW_KILLS_SEED which (1).
  kills: { set: 'long', missing: missingEmulator },
  spark: { set: 'long', missing: missingTools('spark-tools.mjs', '480 MB'), alone: true },
  compose: {
    set: 'long',
    missing: () => needsGo(() => missingPythonTool(root, 'hadolint', 'docker/hadolint.lock')),
  },
};
