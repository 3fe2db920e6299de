import { Command } from 'commander';
import { hourMs } from '../contract/durations.ts';
import { isRefusal, KafkaAdmin, type KafkaGrant } from '../kafka/admin.ts';
import { kafkaConnection } from '../kafka/config.ts';
import { describeVariables, readConfig } from '../program/config.ts';
import { SetupError } from '../program/errors.ts';
import { type ProgramContext, runProgram } from '../program/run.ts';
import { type ProvisionConfig, provisionVariables } from './config.ts';

/** What the pipeline's users may do: one writes, one reads. */
function grantsOf({ partitions, producer, consumer, group }: ProvisionConfig): readonly KafkaGrant[] {
  return [
    ...Object.keys(partitions).flatMap((name): KafkaGrant[] => [
      { user: producer, may: 'write', on: 'topic', name },
      { user: producer, may: 'describe', on: 'topic', name },
      { user: consumer, may: 'read', on: 'topic', name },
      { user: consumer, may: 'describe', on: 'topic', name },
    ]),
    { user: consumer, may: 'read', on: 'group', name: group },
    { user: consumer, may: 'describe', on: 'group', name: group },
  ];
}

/** Makes topics, and says in one line what a person must do where the user may not. */
async function explained(
  { partitions, retentionHours }: ProvisionConfig,
  make: () => Promise<void>,
): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const wanted = Object.entries(partitions).map(([name, count]) => `${name} (${count} partitions)`);
    throw new SetupError(
      'broker_refused',
      `Kafka does not let this user make topics or set how long they keep records. Let it, or make them by hand, with ` +
        `retention.ms=${retentionHours * hourMs}: ${wanted.join(', ')}`,
      { cause: error },
    );
  }
}

/** Gives a broker the topics of the contract and its users their rights; safe to repeat. */
export async function provision(
  config: ProvisionConfig,
  { logger }: Pick<ProgramContext, 'logger'>,
): Promise<void> {
  const admin = await KafkaAdmin.connect(kafkaConnection(config, 'beatflow-provision'), logger);
  try {
    await explained(config, async () => {
      await admin.ensureTopics(config.partitions);
      await admin.keepFor(Object.keys(config.partitions), config.retentionHours);
    });
    const grants = config.rights ? grantsOf(config) : [];
    if (grants.length > 0) await admin.allow(grants);
    logger.info({ partitions: config.partitions, grants: grants.length }, 'provisioned');
  } finally {
    await admin.disconnect();
  }
}

/** `beatflow provision`. */
export function provisionCommand(): Command {
  return new Command('provision')
    .description('Give a broker the topics of the contract, and its users their rights; safe to repeat.')
    .addHelpText('after', `\nEnvironment:\n${describeVariables(provisionVariables)}`)
    .action(() =>
      runProgram('provision', (context) => provision(readConfig(provisionVariables, process.env), context)),
    );
}
