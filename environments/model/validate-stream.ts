import { isTopicName, type TopicName, topics } from '../../runtime/contract/topics.ts';
import type { Environment, MachineSize } from './environment.ts';
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
export function machineFaults({ machines, kafka, processing }: Environment): readonly Fault[] {
  const sizes =
    machines.kind === 'one'
      ? { machine: machines.machine }
      : {
          generator: machines.generator,
          ...(machines.consumer ? { consumer: machines.consumer } : {}),
          ...(machines.broker ? { broker: machines.broker } : {}),
        };
  const faults = sizeFaults('machines', sizes);
  if (machines.kind === 'one') return faults;
  const wantsBroker = kafka.service.kind === 'vm';
  if (wantsBroker !== (machines.broker !== undefined)) {
    faults.push({
      at: 'machines.broker',
      got: machines.broker,
      expected: wantsBroker ? 'a machine for the broker' : `nothing: Kafka is ${kafka.service.kind}`,
    });
  }
  const wantsConsumer = processing.kind === 'consumer';
  if (wantsConsumer !== (machines.consumer !== undefined)) {
    faults.push({
      at: 'machines.consumer',
      got: machines.consumer,
      expected: wantsConsumer ? 'a machine for the consumer' : 'nothing: Spark processes',
    });
  }
  const partitions = (Object.keys(topics) as TopicName[]).reduce(
    (sum, topic) => sum + (kafka.partitions?.[topic] ?? topics[topic].partitions),
    0,
  );
  const { consumers } = machines;
  if (!wantsConsumer && consumers !== undefined) {
    faults.push({ at: 'machines.consumers', got: consumers, expected: 'nothing: Spark processes' });
  }
  if (
    wantsConsumer &&
    !(consumers !== undefined && Number.isInteger(consumers) && consumers >= 1 && consumers <= partitions)
  ) {
    faults.push({
      at: 'machines.consumers',
      got: consumers,
      expected: `1 to ${partitions}, the number of partitions`,
    });
  }
  return faults;
}

function sizeFaults(at: string, sizes: Readonly<Record<string, MachineSize>>): Fault[] {
  const faults: Fault[] = [];
  for (const [machine, { machineType, bootDiskGb }] of Object.entries(sizes)) {
    if (!/^[a-z][a-z0-9]*-[a-z]+(-[a-z0-9]+)*$/.test(machineType)) {
      faults.push({
        at: `${at}.${machine}.machineType`,
        got: machineType,
        expected: 'a machine type such as e2-small',
      });
    }
    if (!(bootDiskGb >= 10)) {
      faults.push({ at: `${at}.${machine}.bootDiskGb`, got: bootDiskGb, expected: '10 GB or more' });
    }
  }
  return faults;
}

/** What is wrong with who processes the stream. */
export function processingFaults({ processing, kafka }: Environment): readonly Fault[] {
  if (processing.kind === 'consumer') return [];
  const { imageVersion, master, worker, workers, maxWorkers } = processing;
  const faults = sizeFaults('processing', { master, worker });
  if (!/^2\.[23](\.\d+)?-(debian|ubuntu|rocky)\d+$/.test(imageVersion)) {
    faults.push({
      at: 'processing.imageVersion',
      got: imageVersion,
      expected: 'a Dataproc image with Spark 3.5 and Scala 2.12, such as 2.3-debian12',
    });
  }
  if (!(Number.isInteger(workers) && (workers === 0 || (workers >= 2 && workers <= 500)))) {
    faults.push({ at: 'processing.workers', got: workers, expected: '0 (the master alone) or 2 to 500' });
  }
  if (maxWorkers !== undefined && !(Number.isInteger(maxWorkers) && workers >= 2 && maxWorkers >= workers)) {
    faults.push({
      at: 'processing.maxWorkers',
      got: maxWorkers,
      expected: workers >= 2 ? `${workers} or more` : 'nothing: a master alone does not scale',
    });
  }
  if (kafka.service.kind === 'managed') {
    faults.push({
      at: 'processing.kind',
      got: processing.kind,
      expected: "consumer: Google's login handler for Java is not among the job's jars",
      todo: 'Let the consumer process, or run Kafka on a machine or elsewhere',
    });
  }
  return faults;
}
