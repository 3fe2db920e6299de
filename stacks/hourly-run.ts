import type { Environment } from '../environments/model/environment.ts';
import type { Names } from '../environments/model/names.ts';

/** When the hour before is loaded, cron text in UTC: five minutes past, so that late writers have committed it. */
export const hourlySchedule = '5 * * * *';

/** The jobs of a run in their order; each begins once the one before has succeeded. */
export function hourlyJobs(names: Names) {
  return [
    { step: 'load', job: names.loaderJob },
    { step: 'transform', job: names.transformJob },
  ] as const;
}

/** An expression in a definition of Google Workflows. */
const expression = (text: string) => `$\{${text}}`;

/**
 * The hourly run as a definition of Google Workflows. A run that finds the one before still at work leaves the hour
 * to it: the loader takes up whatever is new, whichever hour started it.
 */
export function workflowSource({ project, region }: Environment, names: Names): string {
  const parent = `projects/${project}/locations/${region}`;
  const running = hourlyJobs(names).flatMap(({ step, job }) => [
    {
      [`look_${step}`]: {
        call: 'googleapis.run.v2.projects.locations.jobs.executions.list',
        args: { parent: `${parent}/jobs/${job}`, pageSize: 5 },
        result: 'executions',
      },
    },
    {
      [`check_${step}`]: {
        for: {
          value: 'execution',
          in: expression('default(map.get(executions, "executions"), [])'),
          steps: [
            {
              [`unfinished_${step}`]: {
                switch: [
                  { condition: expression('not("completionTime" in execution)'), next: 'still_running' },
                ],
              },
            },
          ],
        },
      },
    },
  ]);
  const run = hourlyJobs(names).map(({ step, job }) => ({
    [step]: {
      call: 'googleapis.run.v2.projects.locations.jobs.run',
      args: {
        name: `${parent}/jobs/${job}`,
        // The call returns when the execution has ended, and raises when it has failed.
        connector_params: { timeout: 7200 },
      },
      result: `${step}_execution`,
    },
  }));
  const steps = [
    ...running,
    ...run,
    { done: { return: 'loaded and built' } },
    { still_running: { return: 'left to the run before, which is still at work' } },
  ];
  return `${JSON.stringify({ main: { steps } }, null, 2)}\n`;
}
