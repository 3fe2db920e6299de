import { readFileSync } from 'node:fs';
import { namesOf } from '../../environments/model/names.ts';
import { scheduledRuns, workflowSource } from '../../stacks/scheduled-runs.ts';
import { deployments } from '../support/deployments.ts';
import { workflowFaults } from '../support/workflow-syntax.ts';

type Body = Readonly<Record<string, unknown>>;
type Step = Readonly<Record<string, Body>>;

const cases = [...(await deployments())].flatMap(([variant, environment]) => {
  const names = namesOf(environment);
  return Object.entries(scheduledRuns(names)).map(([id, run]) => ({ variant, id, environment, names, run }));
});

test('there are runs to speak of', () => {
  expect(cases.length).toBeGreaterThan(8);
});

describe.each(cases)('$variant, $id', ({ environment, names, run }) => {
  const source = workflowSource(run, environment);
  const { main } = JSON.parse(source) as { main: { steps: readonly Step[] } };
  const calls = main.steps.flatMap((step) => Object.values(step)).filter(({ call }) => call !== undefined);

  test('is what Google Workflows takes', () => {
    expect(workflowFaults(source)).toEqual([]);
  });

  test('runs its jobs in their order, with their arguments, each to its end', () => {
    const runs = calls.filter(({ call }) => call === 'googleapis.run.v2.projects.locations.jobs.run');
    expect(runs.map(({ args }) => args)).toEqual(
      run.steps.map((step) => ({
        name: names.jobPath(step.job),
        ...('args' in step ? { body: { overrides: { containerOverrides: [{ args: step.args }] } } } : {}),
        connector_params: { timeout: 7200 },
      })),
    );
  });

  test('looks at each of its jobs before it starts any', () => {
    const looked = calls.filter(({ call }) => call === 'googleapis.run.v2.projects.locations.jobs.get');
    expect(looked.map(({ args }) => args)).toEqual(
      [...new Set(run.steps.map(({ job }) => job))].map((job) => ({ name: names.jobPath(job) })),
    );
    const order = main.steps.map((step) => Object.keys(step)[0] ?? '');
    expect(order.indexOf('load')).toBe(2 * looked.length);
    expect(order.at(-1)).toBe('done');
  });
});

test.each(['hourly', 'reference'] as const)('the DAG %s is on the same schedule with the same jobs', (id) => {
  const [first] = cases;
  if (!first) throw new Error('there is no deployment');
  const { schedule, steps } = scheduledRuns(first.names)[id];
  const dag = readFileSync(new URL(`../../runtime/airflow/dags/${id}.py`, import.meta.url), 'utf8');
  expect(dag).toContain(`CronDataIntervalTimetable("${schedule}", timezone="UTC")`);
  const started = [...dag.matchAll(/job\("(\w+)", "BEATFLOW_(LOADER|TRANSFORM)_JOB"(?:, \["(.*)"\])?\)/g)];
  expect(started.map(([, step, job, args]) => ({ step, job, args }))).toEqual(
    steps.map((step) => ({
      step: step.step,
      job: step.job === first.names.loaderJob ? 'LOADER' : 'TRANSFORM',
      args: 'args' in step ? step.args[0] : undefined,
    })),
  );
});
