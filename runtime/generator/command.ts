import { Command } from 'commander';
import { describeVariables, readConfig } from '../program/config.ts';
import { runProgram } from '../program/run.ts';
import { generatorVariables } from './config.ts';
import { generate } from './generate.ts';

/** The flags and the variables they stand for. */
const flags = [
  ['-r, --randomseed <seed>', generatorVariables.seed],
  ['-n, --nusers <count>', generatorVariables.users],
  ['-g, --growth-rate <rate>', generatorVariables.growthRate],
  ['-a, --attrition-rate <rate>', generatorVariables.attritionRate],
  ['-f, --from <days>', generatorVariables.backfillDays],
  ['-s, --start-time <time>', generatorVariables.startTime],
  ['-e, --end-time <time>', generatorVariables.endTime],
  ['--live <yes|no>', generatorVariables.live],
  ['--tag <label>', generatorVariables.tag],
  ['--state <folder>', generatorVariables.stateFolder],
  ['-k, --kafkaBrokerList <list>', generatorVariables.kafkaBrokers],
] as const;

/** `beatflow generate`: simulated listeners to Kafka. Flags win over variables. */
export function generateCommand(): Command {
  const command = new Command('generate').description(
    'Generate the events of simulated listeners: the past at full speed, then live.',
  );
  for (const [flag, { env, doc }] of flags) command.option(flag, `${doc} [${env}]`);
  command.addHelpText('after', `\nVariables:\n${describeVariables(generatorVariables)}`);
  return command.action(async () => {
    const environment: Record<string, string | undefined> = { ...process.env };
    command.options.forEach((option, index) => {
      const given = command.getOptionValue(option.attributeName()) as string | undefined;
      const variable = flags[index]?.[1];
      if (given !== undefined && variable) environment[variable.env] = given;
    });
    await runProgram('generator', (context) =>
      generate(readConfig(generatorVariables, environment), context),
    );
  });
}
