import type { Environment } from '../environments/model/environment.ts';
import type { Names } from '../environments/model/names.ts';

/** A job of a run, with the arguments that it gets. */
interface RunStep {
  readonly step: string;
  readonly job: string;
  /** @default the job's own: the loader loads what is new, dbt builds everything */
  readonly args?: readonly string[];
}

/** Jobs that are started on a schedule, in their order; each begins once the one before has succeeded. */
export interface ScheduledRun {
  /** Cron text, UTC. */
  readonly schedule: string;
  readonly steps: readonly RunStep[];
}

/** All scheduled runs of a deployment; the DAGs in `runtime/airflow/dags` do the same. */
export function scheduledRuns(names: Names) {
  return {
    hourly: {
      // Five minutes past, so that late writers have committed the hour before.
      schedule: '5 * * * *',
      steps: [
        { step: 'load', job: names.loaderJob },
        { step: 'build', job: names.transformJob },
        { step: 'check', job: names.loaderJob, args: ['--check'] },
      ],
    },
    reference: {
      // Apart from the hourly run: only one loader may write at a time.
      schedule: '35 4 * * *',
      steps: [{ step: 'load', job: names.loaderJob, args: ['--reference-data'] }],
    },
  } as const satisfies Record<string, ScheduledRun>;
}

/** An expression in a definition of Google Workflows. */
const expression = (text: string) => `$\{${text}}`;

/**
 * A scheduled run as a definition of Google Workflows. A run that finds one of its jobs still at work leaves the work
 * to it: the loader takes up whatever is new, whoever started it.
 */
export function workflowSource(
  { steps }: ScheduledRun,
  { project, region }: Pick<Environment, 'project' | 'region'>,
): string {
  const path = (job: string) => `projects/${project}/locations/${region}/jobs/${job}`;
  const jobs = [...new Map(steps.map((step) => [step.job, step])).values()];
  const looks = jobs.flatMap(({ step, job }) => [
    {
      [`look_at_${step}`]: {
        call: 'googleapis.run.v2.projects.locations.jobs.get',
        args: { name: path(job) },
        result: 'job',
      },
    },
    {
      [`leave_to_${step}`]: {
        switch: [
          {
            condition: expression(
              'map.get(job, "latestCreatedExecution") != null and map.get(job, ["latestCreatedExecution", "completionTime"]) == null',
            ),
            return: 'left to the run before, which is still at work',
          },
        ],
      },
    },
  ]);
  const runs = steps.map(({ step, job, args }: RunStep) => ({
    [step]: {
      call: 'googleapis.run.v2.projects.locations.jobs.run',
      args: {
        name: path(job),
        ...(args ? { body: { overrides: { containerOverrides: [{ args }] } } } : {}),
        // The call returns when the execution has ended, and raises when it has failed.
        connector_params: { timeout: 7200 },
      },
      result: `${step}_execution`,
    },
  }));
  const done = `done: ${steps.map(({ step }) => step).join(', ')}`;
  return `${JSON.stringify({ main: { steps: [...looks, ...runs, { done: { return: done } }] } }, null, 2)}\n`;
}
