/**
 * Runs tiers of tests, says which are skipped and how to get their tools, and exits 1 when one fails. Without a name the
 * tiers of the set `quick`, with `--all` and `--long` those of the other sets; `node scripts/test.mjs unit` those named.
 * What else begins with a dash goes to jest.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { node, tiers } from './testing/tiers.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const seconds = (since) => (performance.now() - since) / 1000;

const given = process.argv.slice(2);
const sets = ['all', 'long'].filter((set) => given.includes(`--${set}`));
const rest = given.filter((argument) => !sets.some((set) => argument === `--${set}`));
const named = rest.filter((argument) => !argument.startsWith('-'));
const jestArguments = rest.filter((argument) => argument.startsWith('-'));
const unknown = named.filter((name) => !Object.hasOwn(tiers, name));
if (unknown.length > 0) {
  process.stderr.write(`no such tier: ${unknown.join(', ')}; there are ${Object.keys(tiers).join(', ')}\n`);
  process.exit(2);
}
const wantedSets = sets.length > 0 ? sets : ['quick'];
const wanted =
  named.length > 0 ? named : Object.keys(tiers).filter((name) => wantedSets.includes(tiers[name].set));

/** Tiers that must neither be skipped nor skip a test here, such as on a machine that installs their tools. */
const requiredTiers = new Set((process.env.BEATFLOW_REQUIRED_TIERS ?? '').split(/[ ,]+/));

/** Temporary files of all tiers, those of libraries included, which go with the run. */
const scratch = mkdtempSync(join(tmpdir(), 'beatflow-test-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** Runs a command to its end, with its output as it comes or, when `quiet`, in one piece after it. */
function run([command, args], { env = {}, quiet = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'],
      env: {
        ...process.env,
        ...env,
        TMPDIR: scratch,
        PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`,
      },
    });
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => output.push(chunk));
    child.once('error', (error) => resolve({ status: error.message, output }));
    child.once('close', (status) => resolve({ status, output }));
  });
}

const results = [];
const ready = [];
for (const name of wanted) {
  const missing = tiers[name].missing?.();
  if (missing === undefined) ready.push(name);
  else
    results.push({
      name,
      outcome: requiredTiers.has(name) ? 'failed' : 'skipped',
      detail: `needs ${missing}`,
    });
}

/** Runs a tier that is a command of its own. */
async function runCommand(name, quiet) {
  const started = performance.now();
  const { status, output } = await run(tiers[name].command(), { quiet });
  if (quiet) process.stdout.write(`\n=== ${name}\n${Buffer.concat(output)}`);
  results.push({
    name,
    outcome: status === 0 ? 'passed' : 'failed',
    detail: `${seconds(started).toFixed(1)} s`,
  });
}

/** Whether only tests with certain names were asked for: the others are left out and not skipped. */
const namesAsked = jestArguments.some((argument) => /^(-t|--testNamePattern)\b/.test(argument));

/** Skipped tests that are named; the rest is counted. */
const shownSkips = 3;

const files = [];

/** Runs tiers that are projects of jest, all in one run, so that no worker waits while another tier ends. */
async function runJest(names) {
  if (names.length === 0) return;
  const report = join(scratch, `report-${names[0]}.json`);
  const { status } = await run(
    [
      node,
      [
        '--experimental-vm-modules',
        '--disable-warning=ExperimentalWarning',
        join(root, 'node_modules', '.bin', 'jest'),
        // Tests wait for brokers and browsers: one worker more than processors keeps these busy.
        `--maxWorkers=${availableParallelism() + 1}`,
        '--reporters=default',
        `--reporters=${join(root, 'scripts', 'testing', 'tier-reporter.mjs')}`,
        ...jestArguments,
        '--selectProjects',
        ...names,
      ],
    ],
    {
      env: {
        ...Object.assign({}, ...names.map((name) => tiers[name].env?.())),
        BEATFLOW_TEST_REPORT: report,
      },
    },
  );
  const done = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { tiers: {}, files: [] };
  files.push(...done.files);
  let failed = false;
  for (const name of names) {
    const tier = done.tiers[name] ?? { passed: 0, failed: 0, skipped: [] };
    if (namesAsked) tier.skipped = [];
    const ofTier = done.files.filter((file) => file.tier === name);
    const sum = ofTier.reduce((total, file) => total + file.seconds, 0);
    const counts = `${tier.passed} tests in ${ofTier.length} files, ${sum.toFixed(0)} s of a worker`;
    const none =
      tier.passed + tier.failed + tier.skipped.length === 0 && (jestArguments.length === 0 || namesAsked);
    const shown = tier.skipped.slice(0, shownSkips).map((test) => `\n           skipped: ${test}`);
    const more = tier.skipped.length - shown.length;
    const skipped = shown.join('') + (more > 0 ? `\n           skipped: ${more} more` : '');
    const outcome =
      tier.failed > 0 || none || (skipped && requiredTiers.has(name))
        ? 'failed'
        : skipped
          ? 'skipped'
          : 'passed';
    failed ||= outcome === 'failed';
    results.push({ name, outcome, detail: none ? 'no test ran' : `${counts}${skipped}` });
  }
  // An obsolete snapshot, a worker that died, a configuration that is none.
  if (status !== 0 && !failed)
    results.push({ name: 'jest', outcome: 'failed', detail: `exit code ${status}` });
}

const started = performance.now();
const isCommand = (name) => tiers[name].command !== undefined;
const together = ready.filter((name) => !isCommand(name) && !tiers[name].alone);
// Types and lint come first: they are fast, and what they find makes all else fail.
for (const name of ready.filter((name) => name === 'static')) await runCommand(name, false);
await Promise.all([
  runJest(together),
  (async () => {
    for (const name of ready.filter((name) => isCommand(name) && name !== 'static')) {
      await runCommand(name, together.length > 0);
    }
  })(),
]);
for (const name of ready.filter((name) => tiers[name].alone)) await runJest([name]);

const slowest = files.toSorted((one, other) => other.seconds - one.seconds).slice(0, 10);
if (slowest.length > 1) process.stdout.write('\nslowest files\n');
for (const file of slowest) {
  process.stdout.write(`${file.seconds.toFixed(1).padStart(6)} s  ${relative(root, file.path)}\n`);
}
process.stdout.write('\n');
const order = Object.keys(tiers);
for (const { name, outcome, detail } of results.toSorted(
  (one, other) => order.indexOf(one.name) - order.indexOf(other.name),
)) {
  process.stdout.write(`${outcome.padEnd(8)} ${name.padEnd(12)} ${detail}\n`);
}
const count = (outcome) => results.filter((result) => result.outcome === outcome).length;
process.stdout.write(`\n${wanted.length} tiers in ${seconds(started).toFixed(0)} s\n`);
process.stdout.write(
  `tiers: ${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped\n`,
);
process.exitCode = count('failed') > 0 ? 1 : 0;
