import { Command } from 'commander';
import { describeVariables, readConfig } from '../program/config.ts';
import { runProgram } from '../program/run.ts';
import { consumerVariables } from './config.ts';
import { consume } from './main.ts';

/** `beatflow consume`. */
export function consumeCommand(): Command {
  return new Command('consume')
    .description('Read events from Kafka and keep each of them exactly once in the lake.')
    .option('--until-caught-up', 'End when all that the topics hold at the start is in the lake.', false)
    .addHelpText('after', `\nEnvironment:\n${describeVariables(consumerVariables)}`)
    .action((options: { readonly untilCaughtUp: boolean }) =>
      runProgram('consumer', (context) =>
        consume(readConfig(consumerVariables, process.env), context, options),
      ),
    );
}
