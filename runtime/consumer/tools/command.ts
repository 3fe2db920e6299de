import { hostname } from 'node:os';
import { Command, Option } from 'commander';
import { type TopicName, topicNames } from '../../contract/topics.ts';
import { kafkaConnection, kafkaVariables } from '../../kafka/config.ts';
import { connectRedriveLog } from '../../kafka/redrive-log.ts';
import { auditLake } from '../../lake/audit.ts';
import { lakeVariables, openStore } from '../../lake/open-store.ts';
import { sweepOrphans } from '../../lake/sweep.ts';
import { writerVariables } from '../../lake/writer-config.ts';
import { describeVariables, readConfig } from '../../program/config.ts';
import { SetupError } from '../../program/errors.ts';
import { type ProgramContext, runProgram } from '../../program/run.ts';
import { JsonInspector, MessageInspector } from '../message-inspector.ts';
import { redrive } from './redrive.ts';

const redriveVariables = { ...lakeVariables, ...kafkaVariables, jsonTopics: writerVariables.jsonTopics };

const variablesHelp = (variables: Parameters<typeof describeVariables>[0]) =>
  `\nEnvironment:\n${describeVariables(variables)}`;

const print = (result: unknown) => process.stdout.write(`${JSON.stringify(result, null, 1)}\n`);

function run(name: string, main: (context: ProgramContext) => Promise<void>): Promise<void> {
  return runProgram(name, main, { logTo: 'stderr' });
}

async function audit({ quick }: { quick?: boolean }): Promise<void> {
  const { lake } = readConfig(lakeVariables, process.env);
  const report = await auditLake(openStore(lake), { contents: !quick });
  print(report);
  if (report.faults.length === 0) return;
  throw new SetupError('lake_corrupt', `the lake has ${report.faults.length} faults; see the report`);
}

async function sweep({ dryRun = false }: { dryRun?: boolean }): Promise<void> {
  const { lake } = readConfig(lakeVariables, process.env);
  print({ dryRun, ...(await sweepOrphans(openStore(lake), { clock: Date.now, dryRun })) });
}

interface RedriveArguments {
  readonly topic: TopicName;
  readonly error?: string;
  readonly dryRun?: boolean;
}

async function redriveTopic(
  { topic, error, dryRun = false }: RedriveArguments,
  context: ProgramContext,
): Promise<void> {
  const config = readConfig(redriveVariables, process.env);
  const log = await connectRedriveLog(kafkaConnection(config, 'beatflow-redrive'), context.logger);
  try {
    const Made = config.jsonTopics.includes(topic) ? JsonInspector : MessageInspector;
    const inspector = new Made(topic, Date.now);
    const store = openStore(config.lake);
    const holder = `${hostname()}-${process.pid}`;
    const report = await redrive({ store, log, topic, error, inspector, holder, clock: Date.now, dryRun });
    print({ dryRun, ...report });
  } finally {
    await log.disconnect();
  }
}

/** `beatflow lake`: looks after what the consumer wrote. Each command prints one JSON object. */
export function lakeCommand(): Command {
  const lake = new Command('lake').description('Check and mend the lake.');
  lake
    .command('audit')
    .description('Compare what commit records say with what is stored; exit 2 when they differ.')
    .option('--quick', 'do not read the data files: only presence and sizes')
    .addHelpText('after', variablesHelp(lakeVariables))
    .action((options) => run('lake-audit', () => audit(options)));
  lake
    .command('sweep')
    .description('Delete data files a day old that no commit record names.')
    .option('--dry-run', 'only say what would be deleted')
    .addHelpText('after', variablesHelp(lakeVariables))
    .action((options) => run('lake-sweep', () => sweep(options)));
  lake
    .command('redrive')
    .description('Send dead letters that would be valid now back to their topic, each once.')
    .addOption(new Option('--topic <topic>', 'topic').choices(topicNames).makeOptionMandatory())
    .option('--error <error>', 'only letters with this error, for example unknown_fingerprint')
    .option('--dry-run', 'only say what would be sent')
    .addHelpText('after', variablesHelp(redriveVariables))
    .action((options) => run('lake-redrive', (context) => redriveTopic(options, context)));
  return lake;
}
