import type { App } from 'cdktf';
import type { ArtifactFile } from '../constructs/artifact.ts';
import { cloudConfig } from '../constructs/boot/cloud-config.ts';
import { joinBoots } from '../constructs/boot/program-boot.ts';
import { DataDisk } from '../constructs/data-disk.ts';
import { runAfter } from '../constructs/helpers/order.ts';
import { Machine } from '../constructs/machine.ts';
import { MachineGroup } from '../constructs/machine-group.ts';
import { ManagedKafka } from '../constructs/managed-kafka.ts';
import { Secret } from '../constructs/secret.ts';
import { SparkCluster } from '../constructs/spark-cluster.ts';
import { SparkJob } from '../constructs/spark-job.ts';
import type { Processing } from '../environments/model/environment.ts';
import { type SecretKind, secretKinds } from '../environments/model/names.ts';
import { topicNames, topics } from '../runtime/contract/topics.ts';
import { type Artifacts, BeatflowStack, type StackProps } from './beatflow-stack.ts';
import { healthPort } from './ports.ts';
import {
  consumerGroup,
  kafkaBrokers,
  provisionEnvironment,
  sparkEnvironment,
} from './program-environments.ts';
import { brokerDiskDevice, streamBoots } from './stream-boots.ts';

/** The stream: Kafka as the environment wants it, and the machines of the generator and the consumers. */
export class StreamingStack extends BeatflowStack {
  readonly #artifacts: Artifacts;

  constructor(scope: App, props: StackProps) {
    super(scope, 'streaming', props);
    this.#artifacts = props.artifacts;
    const { environment, names } = this;
    const { service } = environment.kafka;
    const disks = service.kind === 'vm' ? this.#addBrokerDisk(service.diskSizeGb) : {};
    if (service.kind === 'vm') this.#addBrokerSecrets();
    if (service.kind === 'managed') this.#addManagedKafka(service);
    if (service.kind === 'external') {
      new Secret(this, 'kafka-credentials', {
        name: names.secret(service.credentialsSecret),
        region: environment.region,
        readers: [
          ...new Set([names.member(names.acting('generator')), names.member(names.acting('consumer'))]),
        ],
      });
      this.output(
        'kafka_credentials_next_step',
        'Run this once with your own values: Kafka is not reached before',
        `printf '{"username":"KEY","password":"SECRET"}' | gcloud secrets versions add ${names.secret(service.credentialsSecret)} --project ${environment.project} --data-file=-`,
      );
      this.output(
        'kafka_topics',
        'Topics with their partitions that a machine makes at its boot; make them yourself where its key may not',
        provisionEnvironment(environment, names).BEATFLOW_TOPIC_PARTITIONS,
      );
    }
    this.#addMachines(disks);
    if (environment.processing.kind === 'spark') this.#addSpark(environment.processing);
    this.output(
      'kafka_brokers',
      "Kafka's bootstrap addresses, reachable inside the network",
      kafkaBrokers(environment, names),
    );
  }

  #addBrokerDisk(sizeGb: number): Readonly<Record<string, string>> {
    const { disk } = new DataDisk(this, 'kafka-log', {
      name: `${this.names.base}-kafka-log`,
      zone: this.names.zone,
      sizeGb,
      ...this.keyFor('disks'),
      protection: this.protection,
    });
    return { [brokerDiskDevice]: disk.selfLink };
  }

  /** The broker makes the values at its first boot; who may read which is decided here. */
  #addBrokerSecrets(): void {
    const { names, environment } = this;
    const member = (program: 'broker' | 'generator' | 'consumer') => names.member(names.acting(program));
    const broker = member('broker');
    const readers: Readonly<Record<SecretKind, readonly string[]>> = {
      'kafka-ca-key': [broker],
      'kafka-ca': [broker, member('generator'), member('consumer')],
      'kafka-admin': [broker],
      'kafka-generator': [broker, member('generator')],
      'kafka-consumer': [broker, member('consumer')],
    };
    for (const kind of secretKinds) {
      new Secret(this, kind, {
        name: names.secret(kind),
        region: environment.region,
        readers: [...new Set(readers[kind])],
        writers: [broker],
      });
    }
  }

  #addManagedKafka({ vcpus, memoryGib }: { readonly vcpus: number; readonly memoryGib: number }): void {
    const { environment, names } = this;
    new ManagedKafka(this, 'kafka', {
      name: names.kafkaCluster,
      location: environment.region,
      vcpus,
      memoryGib,
      subnetPath: names.subnetPath,
      topics: Object.fromEntries(
        topicNames.map((topic) => [topic, environment.kafka.partitions?.[topic] ?? topics[topic].partitions]),
      ),
      retentionHours: environment.kafka.retentionHours,
      producer: names.email(names.acting('generator')),
      consumer: names.email(names.acting('consumer')),
      group: consumerGroup,
      ...this.keyFor('kafka'),
    });
  }

  #addMachines(disks: Readonly<Record<string, string>>): void {
    const { environment, names } = this;
    const { machines, kafka, processing } = environment;
    const {
      broker,
      topics: external,
      generator,
      consumer,
    } = streamBoots(environment, names, this.#artifacts);
    const common = { zone: names.zone, subnetPath: names.subnetPath, ...this.keyFor('disks') };
    if (machines.kind === 'one') {
      new Machine(this, 'stream', {
        ...common,
        ...machines.machine,
        name: names.machine,
        account: names.email('stream'),
        userData: cloudConfig(
          joinBoots(...broker, ...external, generator, ...(processing.kind === 'consumer' ? [consumer] : [])),
        ),
        dataDisks: disks,
      });
    } else {
      if (kafka.service.kind === 'vm' && machines.broker) {
        new Machine(this, 'broker', {
          ...common,
          ...machines.broker,
          name: names.broker,
          account: names.email('broker'),
          userData: cloudConfig(joinBoots(...broker)),
          dataDisks: disks,
        });
      }
      new Machine(this, 'generator', {
        ...common,
        ...machines.generator,
        name: names.generator,
        account: names.email('generator'),
        userData: cloudConfig(joinBoots(...external, generator)),
      });
      if (machines.consumer && machines.consumers) {
        new MachineGroup(this, 'consumer', {
          ...common,
          ...machines.consumer,
          name: names.consumer,
          account: names.email('consumer'),
          userData: cloudConfig(consumer),
          machines: machines.consumers,
          liveness: { port: healthPort, path: '/livez' },
        });
      }
    }
    const first = machines.kind === 'one' ? names.machine : names.generator;
    this.output(
      'machine_shell',
      'A shell on a machine, through Identity-Aware Proxy; its log: sudo journalctl -u "beatflow-*"',
      `gcloud compute ssh ${first} --project ${environment.project} --zone ${names.zone} --tunnel-through-iap`,
    );
  }

  /** Spark in place of the consumer: a cluster, and the job that runs until another version of it does. */
  #addSpark(processing: Extract<Processing, { kind: 'spark' }>): void {
    const { environment, names } = this;
    const { kind: _, ...size } = processing;
    const cluster = new SparkCluster(this, 'spark', {
      ...size,
      project: environment.project,
      name: names.sparkCluster,
      region: environment.region,
      zone: names.zone,
      subnetPath: names.subnetPath,
      account: names.email('spark'),
      bucket: names.bucket('spark'),
      accessLogsBucket: names.bucket('access-logs'),
      ...(environment.encryption.keys === 'customer'
        ? { keys: { disks: names.keyPath('disks'), storage: names.keyPath('storage') } }
        : {}),
      protection: this.protection,
    });
    const { main, code, jars } = this.#artifacts.spark();
    const address = ({ name }: ArtifactFile) => `gs://${names.bucket('artifacts')}/${name}`;
    const job = new SparkJob(this, 'spark-job', {
      region: environment.region,
      cluster: names.sparkCluster,
      main: address(main),
      code: address(code),
      jars: jars.map(address),
      environment: sparkEnvironment(environment, names),
    });
    runAfter(job, cluster);
    this.output(
      'spark_log',
      "What the Spark job's driver says, newest first",
      `gcloud logging read 'resource.type="cloud_dataproc_job" AND resource.labels.region="${environment.region}"' --project ${environment.project} --limit 50`,
    );
  }
}
