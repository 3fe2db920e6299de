import { secretsMount } from '../constructs/boot/program-boot.ts';
import { environmentFor, programDefault, type ValuesFor } from '../constructs/helpers/program-environment.ts';
import type { Environment } from '../environments/model/environment.ts';
import type { Names } from '../environments/model/names.ts';
import { consumerVariables } from '../runtime/consumer/config.ts';
import { lakeFolders } from '../runtime/contract/lake-folders.ts';
import { topicNames, topics } from '../runtime/contract/topics.ts';
import { dashboardVariables } from '../runtime/dashboard/config.ts';
import { generatorVariables } from '../runtime/generator/config.ts';
import type { kafkaVariables } from '../runtime/kafka/config.ts';
import { bigQueryLoaderVariables } from '../runtime/loader/config.ts';
import { provisionVariables } from '../runtime/provision/config.ts';
import { sparkVariables } from '../runtime/spark/config.ts';
import { healthPort, kafkaPort, pagePort } from './ports.ts';

/** Stock image that runs the bundles: Node 22, the version that they are tested on. */
export const nodeImage = 'library/node:22-slim';
/** Stock image that dbt is installed into. */
export const pythonImage = 'library/python:3.12-slim';

/** Image of Apache Kafka: the release that the tests run against. */
export const kafkaImage = 'apache/kafka:4.3.1';

/** The machine that the broker runs on, where Kafka is on a machine. */
export function brokerMachine({ machines }: Environment, names: Names): string {
  return machines.kind === 'one' ? names.machine : names.broker;
}

/** Kafka's bootstrap addresses. */
export function kafkaBrokers(environment: Environment, names: Names): string {
  const { service } = environment.kafka;
  switch (service.kind) {
    case 'vm':
      return `${names.brokerHost(brokerMachine(environment, names))}:${kafkaPort}`;
    case 'managed':
      return names.managedBootstrap;
    case 'external':
      return service.bootstrap;
  }
}

/** Names of the files that hold what a Kafka client needs to prove who it is. */
const caFile = 'ca.pem';
const credentialsFile = 'credentials.json';

/** How Kafka's clients prove who they are, wherever Kafka is; `place` says where a client finds a secret. */
function kafkaSecurity(
  { kafka }: Environment,
  place = (file: string) => `${secretsMount}/${file}`,
): Pick<ValuesFor<typeof kafkaVariables>, 'kafkaSecurity' | 'kafkaCaFile' | 'kafkaCredentialsFile'> {
  const credentials = place(credentialsFile);
  switch (kafka.service.kind) {
    case 'vm':
      return {
        kafkaSecurity: 'scram',
        kafkaCaFile: place(caFile),
        kafkaCredentialsFile: credentials,
      };
    case 'managed':
      return { kafkaSecurity: 'google', kafkaCaFile: programDefault, kafkaCredentialsFile: programDefault };
    case 'external':
      return { kafkaSecurity: 'plain', kafkaCaFile: programDefault, kafkaCredentialsFile: credentials };
  }
}

/** The secrets of a Kafka client, by the file that its program finds each in. */
export function kafkaSecrets(
  { kafka }: Environment,
  names: Names,
  user: 'admin' | 'generator' | 'consumer',
): Readonly<Record<string, string>> {
  switch (kafka.service.kind) {
    case 'vm':
      return { [caFile]: names.secret('kafka-ca'), [credentialsFile]: names.secret(`kafka-${user}`) };
    case 'managed':
      return {};
    case 'external':
      return { [credentialsFile]: names.secret(kafka.service.credentialsSecret) };
  }
}

/** The consumer's group. */
export const consumerGroup = 'beatflow-consumer';

/** What the consumer's machines are told. */
export function consumerEnvironment(environment: Environment, names: Names) {
  return environmentFor(consumerVariables, {
    kafkaBrokers: kafkaBrokers(environment, names),
    ...kafkaSecurity(environment),
    lake: `gs://${names.bucket('lake')}`,
    group: consumerGroup,
    logGeneration: programDefault,
    jsonTopics: programDefault,
    commitIntervalSeconds: programDefault,
    bufferMiB: programDefault,
    maxOpenHours: programDefault,
    codec: programDefault,
    healthHost: '0.0.0.0',
    healthPort: String(healthPort),
  });
}

/** What the Spark job is told; it reads its secrets itself, when it starts. */
export function sparkEnvironment(environment: Environment, names: Names) {
  const secrets = kafkaSecrets(environment, names, 'consumer');
  return environmentFor(sparkVariables, {
    kafkaBrokers: kafkaBrokers(environment, names),
    ...kafkaSecurity(
      environment,
      (file) => `secret:projects/${environment.project}/secrets/${secrets[file]}`,
    ),
    lake: `gs://${names.bucket('lake')}`,
    group: consumerGroup,
    logGeneration: programDefault,
    jsonTopics: programDefault,
    commitIntervalSeconds: programDefault,
    bufferMiB: programDefault,
    maxOpenHours: programDefault,
    codec: programDefault,
    batchRecords: programDefault,
    master: programDefault,
    jars: programDefault,
  });
}

/** Where the generator keeps how far it is: in the lake, so that both are there or gone together. */
const generatorState = (names: Names) => `gs://${names.bucket('lake')}/${lakeFolders.generator.slice(0, -1)}`;

/** What the generator's machine is told. */
export function generatorEnvironment(environment: Environment, names: Names) {
  const { seed, users, growthPerYear, backfillDays } = environment.generator;
  return environmentFor(generatorVariables, {
    kafkaBrokers: kafkaBrokers(environment, names),
    ...kafkaSecurity(environment),
    outputs: programDefault,
    eventsimConfig: programDefault,
    eventsimCompat: programDefault,
    catalogue: programDefault,
    lake: `gs://${names.bucket('lake')}`,
    seed: String(seed),
    users: String(users),
    growthRate: String(growthPerYear),
    attritionRate: programDefault,
    firstUserId: programDefault,
    backfillDays: String(backfillDays),
    endDays: programDefault,
    startTime: programDefault,
    endTime: programDefault,
    live: programDefault,
    workers: programDefault,
    tag: programDefault,
    state: generatorState(names),
    onChange: 'follow',
  });
}

/** What the program that gives the broker its topics is told. */
export function provisionEnvironment(environment: Environment, names: Names) {
  const { partitions, retentionHours } = environment.kafka;
  return environmentFor(provisionVariables, {
    kafkaBrokers: kafkaBrokers(environment, names),
    ...kafkaSecurity(environment),
    partitions: topicNames
      .map((topic) => `${topic}=${partitions?.[topic] ?? topics[topic].partitions}`)
      .join(','),
    retentionHours: String(retentionHours),
    // Who runs a Kafka elsewhere looks after its users.
    rights: environment.kafka.service.kind === 'external' ? 'no' : 'yes',
    producer: 'generator',
    consumer: 'consumer',
    group: consumerGroup,
  });
}

/** Where the warehouse is, for everything that runs in Cloud Run; dbt's profile reads the same variables. */
function warehouseEnvironment({ project, region }: Environment, names: Names) {
  return {
    BEATFLOW_WAREHOUSE: 'bigquery',
    BEATFLOW_PROJECT: project,
    BEATFLOW_LOCATION: region,
    BEATFLOW_DATASET_PREFIX: names.bigQueryDatasetPrefix,
  };
}

/** What the loader's job is told. */
export function loaderEnvironment(environment: Environment, names: Names) {
  return environmentFor(bigQueryLoaderVariables, {
    lake: `gs://${names.bucket('lake')}`,
    warehouse: 'bigquery',
    maxHours: programDefault,
    project: environment.project,
    location: environment.region,
    datasetPrefix: names.bigQueryDatasetPrefix,
  });
}

/** What dbt's job is told. */
export function transformEnvironment(environment: Environment, names: Names) {
  return { ...warehouseEnvironment(environment, names), BEATFLOW_PYTHON_INDEX: names.pythonIndex };
}

/** What the page's service is told. */
export function pageEnvironment({ project, region }: Environment, names: Names) {
  return environmentFor(dashboardVariables, {
    marts: `bigquery://${project}/${names.bigQueryDataset('marts')}?location=${region}`,
    lake: `gs://${names.bucket('lake')}`,
    host: '0.0.0.0',
    port: String(pagePort),
  });
}
