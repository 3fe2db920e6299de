import { isTopicName, type TopicName, topics } from '../../runtime/contract/topics.ts';
import type { Environment } from './environment.ts';
import type { Fault } from './fault.ts';

/** What is wrong with Kafka's settings. */
export function kafkaFaults({ kafka, network }: Environment): readonly Fault[] {
  const faults: Fault[] = [];
  const { service } = kafka;
  if (!(Number.isInteger(kafka.retentionHours) && kafka.retentionHours >= 1)) {
    faults.push({ at: 'kafka.retentionHours', got: kafka.retentionHours, expected: 'one hour or more' });
  }
  for (const [topic, partitions] of Object.entries(kafka.partitions ?? {})) {
    const at = `kafka.partitions.${topic}`;
    if (!isTopicName(topic)) {
      faults.push({
        at,
        got: partitions,
        expected: `a topic of the contract: ${Object.keys(topics).join(', ')}`,
      });
    } else if (!(Number.isInteger(partitions) && partitions >= 1 && partitions <= 1000)) {
      faults.push({ at, got: partitions, expected: '1 to 1000 partitions' });
    }
  }
  if (service.kind === 'vm' && !(service.diskSizeGb >= 10 && service.diskSizeGb <= 65_536)) {
    faults.push({ at: 'kafka.service.diskSizeGb', got: service.diskSizeGb, expected: '10 to 65536 GB' });
  }
  if (service.kind === 'vm' && !(Number.isInteger(service.heapMib) && service.heapMib >= 256)) {
    faults.push({ at: 'kafka.service.heapMib', got: service.heapMib, expected: '256 MiB or more' });
  }
  if (service.kind === 'managed') {
    if (!(Number.isInteger(service.vcpus) && service.vcpus >= 3)) {
      faults.push({ at: 'kafka.service.vcpus', got: service.vcpus, expected: '3 vCPUs or more' });
    }
    if (!(service.memoryGib >= service.vcpus && service.memoryGib <= 8 * service.vcpus)) {
      faults.push({
        at: 'kafka.service.memoryGib',
        got: service.memoryGib,
        expected: `${service.vcpus} to ${8 * service.vcpus} GiB for ${service.vcpus} vCPUs (1 to 8 GiB each)`,
      });
    }
  }
  if (service.kind === 'external') {
    if (!service.bootstrap.split(',').every((address) => /^[a-z0-9.-]+:\d{1,5}$/i.test(address.trim()))) {
      faults.push({
        at: 'kafka.service.bootstrap',
        got: service.bootstrap,
        expected: 'host:port, comma-separated',
      });
    }
    if (!network.nat) {
      faults.push({
        at: 'network.nat',
        got: false,
        expected: 'true: an external Kafka is reached through NAT',
      });
    }
  }
  return faults;
}

/** What is wrong with the machines of the stream. */
export function machineFaults({ machines, kafka }: Environment): readonly Fault[] {
  const faults: Fault[] = [];
  const sizes =
    machines.kind === 'one'
      ? { machine: machines.machine }
      : {
          generator: machines.generator,
          consumer: machines.consumer,
          ...(machines.broker ? { broker: machines.broker } : {}),
        };
  for (const [machine, { machineType, bootDiskGb }] of Object.entries(sizes)) {
    if (!/^[a-z][a-z0-9]*-[a-z]+(-[a-z0-9]+)*$/.test(machineType)) {
      faults.push({
        at: `machines.${machine}.machineType`,
        got: machineType,
        expected: 'a machine type such as e2-small',
      });
    }
    if (!(bootDiskGb >= 10)) {
      faults.push({ at: `machines.${machine}.bootDiskGb`, got: bootDiskGb, expected: '10 GB or more' });
    }
  }
  if (machines.kind === 'one') return faults;
  const wantsBroker = kafka.service.kind === 'vm';
  if (wantsBroker !== (machines.broker !== undefined)) {
    faults.push({
      at: 'machines.broker',
      got: machines.broker,
      expected: wantsBroker ? 'a machine for the broker' : `nothing: Kafka is ${kafka.service.kind}`,
    });
  }
  const partitions = (Object.keys(topics) as TopicName[]).reduce(
    (sum, topic) => sum + (kafka.partitions?.[topic] ?? topics[topic].partitions),
    0,
  );
  if (
    !(Number.isInteger(machines.consumers) && machines.consumers >= 1 && machines.consumers <= partitions)
  ) {
    faults.push({
      at: 'machines.consumers',
      got: machines.consumers,
      expected: `1 to ${partitions}, the number of partitions`,
    });
  }
  return faults;
}
