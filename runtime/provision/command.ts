import { Command } from 'commander';
import { KafkaAdmin, type KafkaGrant } from '../kafka/admin.ts';
import { kafkaConnection } from '../kafka/config.ts';
import { describeVariables, readConfig } from '../program/config.ts';
import { type ProgramContext, runProgram } from '../program/run.ts';
import { type ProvisionConfig, provisionVariables } from './config.ts';

/** What the pipeline's users may do: one writes, one reads. */
export function grantsOf({ partitions, producer, consumer, group }: ProvisionConfig): readonly KafkaGrant[] {
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

/** Gives a broker the topics of the contract and its users their rights; safe to repeat. */
export async function provision(
  config: ProvisionConfig,
  { log }: Pick<ProgramContext, 'log'>,
): Promise<void> {
  const admin = await KafkaAdmin.connect(kafkaConnection(config, 'beatflow-provision'), log);
  try {
    await admin.ensureTopics(config.partitions);
    await admin.keepFor(Object.keys(config.partitions), config.retentionHours);
    // A broker that knows no users has no rights to give.
    const grants = config.kafkaSecurity === 'none' ? [] : grantsOf(config);
    if (grants.length > 0) await admin.allow(grants);
    log.info({ partitions: config.partitions, grants: grants.length }, 'provisioned');
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
