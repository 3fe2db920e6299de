import { brokerBoot, brokerUnit } from '../constructs/boot/broker-boot.ts';
import type { BootSpec } from '../constructs/boot/cloud-config.ts';
import { type ProgramBoot, programBoot } from '../constructs/boot/program-boot.ts';
import type { Environment } from '../environments/model/environment.ts';
import type { Names } from '../environments/model/names.ts';
import type { Artifacts, BundledProgram } from './beatflow-stack.ts';
import { healthPort, kafkaPort } from './ports.ts';
import {
  brokerMachine,
  consumerEnvironment,
  generatorEnvironment,
  kafkaImage,
  kafkaSecrets,
  nodeImage,
  provisionEnvironment,
} from './program-environments.ts';

/** Device name by which the broker's machine finds its disk. */
export const brokerDiskDevice = 'kafka';

/** What the machines of the stream boot; which machine boots what is the stack's to say. */
interface StreamBoots {
  /** What makes a machine the broker, with its topics; nothing where Kafka is elsewhere. */
  readonly broker: readonly BootSpec[];
  /** What makes the topics on a Kafka that somebody else runs; nothing elsewhere. */
  readonly topics: readonly BootSpec[];
  readonly generator: BootSpec;
  readonly consumer: BootSpec;
}

/** See {@link StreamBoots}. */
export function streamBoots(environment: Environment, names: Names, artifacts: Artifacts): StreamBoots {
  const { machines, kafka } = environment;
  const common = (program: BundledProgram) => ({
    program,
    project: environment.project,
    artifact: artifacts.programs[program],
    artifactsBucket: names.bucket('artifacts'),
    image: names.image(nodeImage),
  });
  const provision = (user: 'admin' | 'generator', after: readonly string[]): ProgramBoot => ({
    ...common('provision'),
    description: 'Gives Kafka its topics, and a broker of ours its users their rights',
    environment: provisionEnvironment(environment, names),
    secrets: kafkaSecrets(environment, names, user),
    runs: 'once',
    after,
    stopSeconds: 30,
  });
  // On the broker's machine a client stops before the broker, so that it can finish what it holds.
  const after = machines.kind === 'one' && kafka.service.kind === 'vm' ? { after: [brokerUnit] } : {};
  return {
    broker: brokerBoots(environment, names, provision('admin', [brokerUnit])),
    topics: kafka.service.kind === 'external' ? [programBoot(provision('generator', []))] : [],
    generator: programBoot({
      ...common('generator'),
      ...after,
      description: 'Sends simulated events to Kafka',
      environment: generatorEnvironment(environment, names),
      secrets: kafkaSecrets(environment, names, 'generator'),
      stopSeconds: 30,
    }),
    consumer: programBoot({
      ...common('consumer'),
      ...after,
      description: 'Keeps each event exactly once in the lake',
      environment: consumerEnvironment(environment, names),
      secrets: kafkaSecrets(environment, names, 'consumer'),
      openPorts: [healthPort],
      stopSeconds: 90,
    }),
  };
}

function brokerBoots(environment: Environment, names: Names, provision: ProgramBoot): readonly BootSpec[] {
  const { service, retentionHours } = environment.kafka;
  if (service.kind !== 'vm') return [];
  const broker = brokerBoot({
    project: environment.project,
    secretPrefix: names.base,
    image: names.image(kafkaImage),
    host: names.brokerHost(brokerMachine(environment, names)),
    port: kafkaPort,
    diskDevice: brokerDiskDevice,
    heapMib: service.heapMib,
    retentionHours,
  });
  return [broker, programBoot(provision)];
}
