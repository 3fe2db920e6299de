import { Command } from 'commander';
import { describeVariables } from '../program/config.ts';
import { SetupError } from '../program/errors.ts';
import { runProgram } from '../program/run.ts';
import { generatorVariables } from './config.ts';
import { generate } from './generate.ts';
import { planRun } from './plan.ts';
import { endWithReader } from './sinks/stream.ts';

/** Eventsim's flags and ours, with the variables they stand for. */
const flags = [
  ['-c, --config <file>', generatorVariables.eventsimConfig],
  ['-n, --nusers <count>', generatorVariables.users],
  ['-g, --growth-rate <rate>', generatorVariables.growthRate],
  ['-a, --attrition-rate <rate>', generatorVariables.attritionRate],
  ['-s, --start-time <time>', generatorVariables.startTime],
  ['-e, --end-time <time>', generatorVariables.endTime],
  ['-f, --from <days>', generatorVariables.backfillDays],
  ['-t, --to <days>', generatorVariables.endDays],
  ['-u, --userid <id>', generatorVariables.firstUserId],
  ['-r, --randomseed <seed>', generatorVariables.seed],
  ['--tag <label>', generatorVariables.tag],
  ['-k, --kafkaBrokerList <list>', generatorVariables.kafkaBrokers],
  ['--live <yes|no>', generatorVariables.live],
  ['-o, --output <list>', generatorVariables.outputs],
  ['--catalogue <file>', generatorVariables.catalogue],
  ['--workers <count>', generatorVariables.workers],
  ['--state <folder>', generatorVariables.state],
  ['--on-change <refuse|follow>', generatorVariables.onChange],
] as const;

/** Flags of Eventsim for which there is nothing to do here. */
const needless = {
  generateCounts: '--generate-counts: a song list is read as it is, name it with --catalogue',
  generateSimilars:
    '--generate-similars: songs are drawn by popularity only, as in every Eventsim that was shipped',
} as const;

interface Switches {
  readonly continuous?: true;
  readonly useAvro?: true;
  readonly eventsimCompat?: true;
  readonly generateCounts?: true;
  readonly generateSimilars?: true;
  readonly verbose?: true;
}

const examples = `
Examples:
  beatflow generate -n 1000 --from 30 --live no -o json:events
      JSON lines of the last 30 days, one file per topic, as Eventsim writes them
  beatflow generate -c example-config.json -n 50000 -s 2026-03-02T00:00:00 -e 2026-03-09T00:00:00 output
      an Eventsim configuration and its flags, files in ./output
  beatflow generate -k 127.0.0.1:9092 --state state
      a week of the past to Kafka, then live; a second start goes on where this one was stopped
`;

/** The environment with what the flags say in the place of the variables they stand for. */
function environmentOf(command: Command, folder: string | undefined): Record<string, string | undefined> {
  const environment: Record<string, string | undefined> = { ...process.env };
  for (const [flag, { env }] of flags) {
    const option = command.options.find((candidate) => candidate.flags === flag);
    const given = option && (command.getOptionValue(option.attributeName()) as string | undefined);
    if (given !== undefined) environment[env] = given;
  }
  const { continuous, useAvro, eventsimCompat } = command.opts<Switches>();
  if (continuous) environment[generatorVariables.live.env] = 'yes';
  if (eventsimCompat) environment[generatorVariables.eventsimCompat.env] = 'yes';
  if (folder !== undefined) {
    const files = `${useAvro ? 'avro' : 'json'}:${folder}`;
    const toKafka = command.getOptionValue('kafkaBrokerList') !== undefined;
    environment[generatorVariables.outputs.env] = toKafka ? `kafka,${files}` : files;
  }
  return environment;
}

/** `beatflow generate`: the events of simulated listeners. Flags win over variables. */
export function generateCommand(): Command {
  const command = new Command('generate')
    .description(
      'Generates the events of simulated listeners: the past at full speed, then live at the wall clock.\n' +
        "Eventsim's configuration files and flags work as they are.",
    )
    .argument('[folder]', 'write files to this folder, as Eventsim does; the same as --output json:FOLDER');
  for (const [flag, { env, doc }] of flags) command.option(flag, `${doc} [${env}]`);
  return command
    .option('--continuous', 'go on at the wall clock; the same as --live yes')
    .option('--useAvro', 'write Avro files where a folder is given; Kafka always gets Avro')
    .option(
      '--eventsim-compat',
      `${generatorVariables.eventsimCompat.doc} [${generatorVariables.eventsimCompat.env}]`,
    )
    .option('--generate-counts', 'not needed here')
    .option('--generate-similars', 'not needed here')
    .option('-v, --verbose', 'without effect, as in Eventsim')
    .addHelpText('after', `${examples}\nVariables:\n${describeVariables(generatorVariables)}`)
    .action(async (folder: string | undefined) => {
      const environment = environmentOf(command, folder);
      const toStdout = environment[generatorVariables.outputs.env]?.includes('stdout') ?? false;
      if (toStdout) endWithReader(process.stdout);
      let stop: AbortSignal | undefined;
      await runProgram(
        'generator',
        async (context) => {
          stop = context.stop;
          const asked = command.opts<Switches>();
          const refused = (Object.keys(needless) as (keyof typeof needless)[]).filter((key) => asked[key]);
          if (refused.length > 0) {
            throw new SetupError('configuration', refused.map((key) => needless[key]).join('\n'));
          }
          await generate(planRun(environment, Date.now()), context);
        },
        toStdout ? { logTo: 'stderr' } : {},
      );
      // A producer whose broker is away tries again for ever, and would keep the process from ending.
      if (stop?.aborted) process.exit();
    });
}
