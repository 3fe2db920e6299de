import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Command } from 'commander';
import { describeVariables, readConfig } from '../program/config.ts';
import { SetupError } from '../program/errors.ts';
import { type ProgramContext, runProgram } from '../program/run.ts';
import { sparkVariables } from './config.ts';
import { sparkLaunch } from './launch.ts';

/** Starting a Java machine and stopping a query in mid-batch take a while. */
const stopDeadlineMs = 120_000;

async function runJob({ stop }: ProgramContext, drain: boolean): Promise<void> {
  // Everything that is wrong is said here, before a Java machine starts; the job reads the variables itself.
  readConfig(sparkVariables, process.env);
  const { command, args, environment } = sparkLaunch(drain ? ['--drain'] : []);
  const job = spawn(command, args, { stdio: 'inherit', env: { ...environment, ...process.env } });
  stop.addEventListener('abort', () => job.kill('SIGTERM'), { once: true });
  const [code] = (await once(job, 'exit')) as [number | null];
  if (code === 0) return;
  if (code === 2) throw new SetupError('child_failed', 'the Spark job ended; what is to mend is said above');
  throw new Error(`the Spark job ended with exit code ${code}`);
}

/** `beatflow spark`. */
export function sparkCommand(): Command {
  return new Command('spark')
    .description(
      "Do the consumer's work on Spark: read events from Kafka, keep each exactly once in the lake.",
    )
    .option('--drain', 'end when everything is in the lake that Kafka has now')
    .addHelpText('after', `\nEnvironment:\n${describeVariables(sparkVariables)}`)
    .action(({ drain }: { readonly drain?: boolean }) =>
      runProgram('spark', (context) => runJob(context, drain === true), { stopDeadlineMs }),
    );
}
