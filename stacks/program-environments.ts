import { stateMount } from '../constructs/boot/program-boot.ts';
import { environmentFor, programDefault } from '../constructs/program-environment.ts';
import type { Environment } from '../environments/model/environment.ts';
import type { Names } from '../environments/model/names.ts';
import { consumerVariables } from '../runtime/consumer/config.ts';
import { dashboardVariables } from '../runtime/dashboard/config.ts';
import { generatorVariables } from '../runtime/generator/config.ts';
import { bigQueryLoaderVariables } from '../runtime/loader/config.ts';
import { healthPort, kafkaPort, pagePort } from './ports.ts';

/** Stock image that runs the bundles: Node 22, the version that they are tested on. */
export const nodeImage = 'library/node:22-slim';
/** Stock image that dbt is installed into. */
export const pythonImage = 'library/python:3.12-slim';

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

/** The consumer's group. */
export const consumerGroup = 'beatflow-consumer';

/** What the consumer's machines are told. */
export function consumerEnvironment(environment: Environment, names: Names) {
  return environmentFor(consumerVariables, {
    kafkaBrokers: kafkaBrokers(environment, names),
    lake: `gs://${names.bucket('lake')}`,
    group: consumerGroup,
    logGeneration: programDefault,
    commitIntervalSeconds: programDefault,
    bufferMiB: programDefault,
    maxOpenHours: programDefault,
    codec: programDefault,
    healthHost: '0.0.0.0',
    healthPort: String(healthPort),
  });
}

/** What the generator's machine is told. */
export function generatorEnvironment(environment: Environment, names: Names) {
  const { seed, users, growthPerYear, backfillDays } = environment.generator;
  return environmentFor(generatorVariables, {
    kafkaBrokers: kafkaBrokers(environment, names),
    outputs: programDefault,
    eventsimConfig: programDefault,
    eventsimCompat: programDefault,
    catalogue: programDefault,
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
    stateFolder: stateMount,
  });
}

/** Where the warehouse is, for everything that runs in Cloud Run; dbt's profile reads the same variables. */
function warehouseEnvironment({ project, region }: Environment, names: Names) {
  return {
    BEATFLOW_WAREHOUSE: 'bigquery',
    BEATFLOW_PROJECT: project,
    BEATFLOW_LOCATION: region,
    BEATFLOW_DATASET_PREFIX: names.datasetPrefix,
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
    datasetPrefix: names.datasetPrefix,
  });
}

/** What dbt's job is told. */
export function transformEnvironment(environment: Environment, names: Names) {
  return { ...warehouseEnvironment(environment, names), BEATFLOW_PYTHON_INDEX: names.pythonIndex };
}

/** What the page's service is told. */
export function pageEnvironment({ project, region }: Environment, names: Names) {
  return environmentFor(dashboardVariables, {
    marts: `bigquery://${project}/${names.dataset('marts')}?location=${region}`,
    lake: `gs://${names.bucket('lake')}`,
    host: '0.0.0.0',
    port: String(pagePort),
  });
}
