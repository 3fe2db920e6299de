import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import pLimit from 'p-limit';
import { cases } from '../support/cases.ts';
import { type Mutant, mutants } from './simulation/mutants.ts';

/** Seeds of the whole run; each is one life of a group of consumers with troubles of its own. */
const seeds = cases(1_000);
const seedsPerProcess = 250;
/** Most mutants are caught within the first few hundred seeds. */
const seedsPerMutant = 6_000;

interface Report {
  readonly seeds: number;
  readonly failures: readonly { readonly seed: number; readonly violations: readonly string[] }[];
  readonly counts: Readonly<Record<string, number>>;
}

const program = '__tests__/consumer/simulation/main.ts';
const processes = pLimit(Math.min(availableParallelism(), 4));

/** Runs seeds as a process of their own: the simulation is plain Node, outside of the test framework's modules. */
function simulate(root: string, first: number, count: number, stopAfter: number): Promise<Report> {
  return processes(async () => {
    const args = [join(root, program), ...[first, count, stopAfter].map(String)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 24 });
    return JSON.parse(stdout) as Report;
  });
}

const replayed = process.env.BEATFLOW_SIMULATION_SEED;

test('whatever fails, each record is visible exactly once', async () => {
  const first = replayed === undefined ? 0 : Number(replayed);
  const runs = replayed === undefined ? seeds / seedsPerProcess : 1;
  const count = replayed === undefined ? seedsPerProcess : 1;
  const reports = await Promise.all(
    Array.from({ length: runs }, (_, index) => simulate(resolve('.'), first + index * count, count, 3)),
  );
  const failures = reports.flatMap((report) => report.failures);
  // Each is replayed by BEATFLOW_SIMULATION_SEED=<seed> node scripts/test.mjs simulation
  expect(failures).toEqual([]);
  if (replayed !== undefined) return;
  expect(reports.reduce((sum, report) => sum + report.seeds, 0)).toBe(seeds);
  const met = (what: string) => reports.reduce((sum, { counts }) => sum + (counts[what] ?? 0), 0);
  for (const trouble of ['crash', 'evict', 'drain', 'resetOffset', 'retention', 'pause', 'emptyLake']) {
    expect([trouble, met(trouble) > seeds / 10]).toEqual([trouble, true]);
  }
  // Troubles that only come of other troubles: without them a run has shown little.
  for (const consequence of ['lost races', 'holes', 'sweeps', 'recreated topics found']) {
    expect([consequence, met(consequence) > seeds / 100]).toEqual([consequence, true]);
  }
});

test('a seed lives the same life each time', async () => {
  const [one, other] = await Promise.all([1, 2].map(() => simulate(resolve('.'), 77, 20, 1)));
  expect(one?.counts).toEqual(other?.counts);
});

async function withMutant<T>({ file, from, to }: Mutant, run: (root: string) => Promise<T>): Promise<T> {
  const root = await mkdtemp(join(tmpdir(), 'beatflow-mutant-'));
  try {
    for (const folder of ['consumer', 'contract', 'kafka', 'lake', 'program']) {
      await cp(join('runtime', folder), join(root, 'runtime', folder), { recursive: true });
    }
    await mkdir(join(root, '__tests__/consumer'), { recursive: true });
    await cp('__tests__/consumer/simulation', join(root, '__tests__/consumer/simulation'), {
      recursive: true,
    });
    await cp('package.json', join(root, 'package.json'));
    await symlink(resolve('node_modules'), join(root, 'node_modules'));
    const source = await readFile(join(root, file), 'utf8');
    expect(source.split(from)).toHaveLength(2);
    await writeFile(
      join(root, file),
      source.replace(from, () => to),
    );
    return await run(root);
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

test('a copy without a mutation lives, so that a mutant dies of its mutation', async () => {
  const [{ file, from }] = mutants as [Mutant];
  const { failures } = await withMutant({ name: '', file, from, to: from }, (root) =>
    simulate(root, 0, 300, 1),
  );
  expect(failures).toEqual([]);
});

test.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
  'it notices when %s',
  async (_, mutant) => {
    const { failures } = await withMutant(mutant, (root) => simulate(root, 0, seedsPerMutant, 1));
    expect(failures).toHaveLength(1);
  },
);
