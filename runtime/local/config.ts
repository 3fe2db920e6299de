import { type ConfigOf, text, variable } from '../program/config.ts';

/** What a person may set for the local pipeline; flags of `npm start --` win over these. */
export const localVariables = {
  kafkaBrokers: variable(
    'BEATFLOW_KAFKA_BROKERS',
    'Brokers to use instead of starting one, host:port, comma-separated.',
    text.list().optional(),
  ),
  kafkaPort: variable(
    'BEATFLOW_KAFKA_PORT',
    'Port of the local broker; another free one is taken where it is in use.',
    text.integer({ min: 1, max: 65_534 }).default(19_092),
  ),
  dashboardPort: variable(
    'BEATFLOW_DASHBOARD_PORT',
    'Port of the page; another free one is taken where it is in use.',
    text.integer({ min: 1, max: 65_535 }).default(8080),
  ),
  users: variable(
    'BEATFLOW_USERS',
    'Simulated listeners.',
    text.integer({ min: 1, max: 10_000_000 }).default(21_000),
  ),
  backfillDays: variable(
    'BEATFLOW_BACKFILL_DAYS',
    'Days before now that are simulated at full speed first.',
    text.number({ min: 0, max: 3650 }).default(7),
  ),
  seed: variable(
    'BEATFLOW_SEED',
    'Seed of the simulation.',
    text.integer({ min: 0, max: 2 ** 31 - 1 }).default(1),
  ),
  commitIntervalSeconds: variable(
    'BEATFLOW_COMMIT_INTERVAL_SECONDS',
    'Seconds between commits of the consumer to the lake.',
    text.number({ min: 0.1, max: 3600 }).default(30),
  ),
  refreshSeconds: variable(
    'BEATFLOW_REFRESH_SECONDS',
    'Seconds between batches (load, dbt, publish) while the stream runs.',
    text.number({ min: 1, max: 86_400 }).default(60),
  ),
};

/** The local pipeline's configuration. */
export type LocalConfig = ConfigOf<typeof localVariables>;
