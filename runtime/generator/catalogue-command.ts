import { Command } from 'commander';
import { dayMs } from '../contract/durations.ts';
import { runProgram } from '../program/run.ts';
import { referenceCatalogue } from './catalogue/reference.ts';
import { openCatalogue } from './catalogue/source.ts';
import { generatorVariables } from './config.ts';
import { planRun } from './plan.ts';
import { endWithReader } from './sinks/stream.ts';

/** The flags of `generate` that the songs of a run depend on. */
const flags = [
  ['-r, --randomseed <seed>', generatorVariables.seed],
  ['-s, --start-time <time>', generatorVariables.startTime],
  ['-f, --from <days>', generatorVariables.backfillDays],
  ['--catalogue <file>', generatorVariables.catalogue],
] as const;

/** `beatflow catalogue`: the songs that a run of `beatflow generate` plays, for the warehouse. */
export function catalogueCommand(): Command {
  const command = new Command('catalogue').description(
    'Prints the songs that `beatflow generate` plays with the same flags and variables, played or not, as JSON ' +
      'lines: the rows of the raw table songs.',
  );
  for (const [flag, { env, doc }] of flags) command.option(flag, `${doc} [${env}]`);
  return command.action(async () => {
    const environment: Record<string, string | undefined> = { ...process.env };
    for (const [flag, { env }] of flags) {
      const option = command.options.find((candidate) => candidate.flags === flag);
      const given = option && (command.getOptionValue(option.attributeName()) as string | undefined);
      if (given !== undefined) environment[env] = given;
    }
    environment[generatorVariables.outputs.env] = 'count';
    endWithReader(process.stdout);
    await runProgram(
      'catalogue',
      async () => {
        const { catalogue, settings, startMs } = planRun(environment, Date.now());
        const startDay = Math.floor(startMs / dayMs);
        const { lines } = referenceCatalogue(openCatalogue(catalogue, settings.seed, startDay), startDay);
        await new Promise<void>((resolve, reject) => {
          process.stdout.write(lines, (error) => (error ? reject(error) : resolve()));
        });
      },
      { logTo: 'stderr' },
    );
  });
}
