import { namesOf } from '../../environments/model/names.ts';
import { workflowSource } from '../../stacks/hourly-run.ts';
import { deployments } from '../support/deployments.ts';

type Body = Readonly<Record<string, unknown>>;
type Step = Readonly<Record<string, Body>>;

/** Kinds of step that Google Workflows knows, by the key that tells them; a step has one. */
const kinds = ['call', 'switch', 'for', 'return', 'assign', 'next'];

/** All steps with their names, those inside loops included. */
function stepsOf(steps: readonly Step[]): readonly (readonly [string, Body])[] {
  return steps.flatMap((step) => {
    const entries = Object.entries(step);
    if (entries.length !== 1) throw new Error(`a step has ${entries.length} names: ${Object.keys(step)}`);
    const inner = entries.flatMap(
      ([, body]) => (body.for as { steps?: readonly Step[] } | undefined)?.steps ?? [],
    );
    return [...entries, ...stepsOf(inner)];
  });
}

const all = await deployments();
const withWorkflow = [...all].filter(([, { orchestration }]) => orchestration.kind === 'workflows');

test('there are deployments with a workflow', () => {
  expect(withWorkflow.length).toBeGreaterThan(2);
});

describe.each(withWorkflow)('%s', (_, environment) => {
  const names = namesOf(environment);
  const { main } = JSON.parse(workflowSource(environment, names)) as { main: { steps: readonly Step[] } };
  const steps = stepsOf(main.steps);

  test('every step has a name of its own and is of one kind', () => {
    expect(new Set(steps.map(([name]) => name)).size).toBe(steps.length);
    for (const [name, body] of steps) {
      expect([name, Object.keys(body).filter((key) => kinds.includes(key)).length]).toEqual([name, 1]);
      expect(name).toMatch(/^[a-z_]{1,64}$/);
    }
  });

  test('every jump leads to a step', () => {
    const known = steps.map(([name]) => name);
    const jumps = steps.flatMap(([, body]) =>
      ((body.switch ?? []) as readonly { next?: string }[]).flatMap(({ next }) => next ?? []),
    );
    expect(jumps).toEqual(['still_running', 'still_running']);
    for (const jump of jumps) expect(known).toContain(jump);
  });

  test('every expression is closed', () => {
    const texts = JSON.stringify(main).match(/\$\{[^}]*\}/g) ?? [];
    expect(texts).toHaveLength(4);
    for (const text of texts) expect(text.split('(').length).toBe(text.split(')').length);
  });

  test('the loader runs before dbt, each to its end', () => {
    const runs = steps.flatMap(([, body]) =>
      body.call === 'googleapis.run.v2.projects.locations.jobs.run'
        ? [(body.args as { name: string }).name]
        : [],
    );
    expect(runs).toEqual([names.jobPath(names.loaderJob), names.jobPath(names.transformJob)]);
  });

  test('without a run under way nothing is left undone', () => {
    const order = main.steps.map((step) => Object.keys(step)[0]);
    expect(order.indexOf('load')).toBeLessThan(order.indexOf('transform'));
    expect(order.indexOf('done')).toBe(order.indexOf('transform') + 1);
  });
});
