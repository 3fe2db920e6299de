import { resolve } from 'node:path';
import { z } from 'zod';
import { kafkaVariables } from '../kafka/config.ts';
import { kafkaSecurityVariables } from '../kafka/security.ts';
import { lakeVariables } from '../lake/open-store.ts';
import { type ConfigOf, text, variable } from '../program/config.ts';
import { simulatedTopics } from './simulated-topics.ts';

const yesOrNo = () =>
  text
    .nonEmpty()
    .refine((value) => value === 'yes' || value === 'no', 'expected yes or no')
    .transform((value) => value === 'yes');

/** Eventsim's times have no zone and are taken for UTC; ours may have one. */
const time = () =>
  z.iso
    .datetime({
      offset: true,
      local: true,
      error: 'expected an ISO 8601 time such as 2026-11-20T00:00:00Z; without a zone it is UTC',
    })
    .transform((value) => Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`));

/** Far above what one machine can hold; a guard against slips of the keyboard. */
const mostUsers = 50_000_000;

const outputForms = [
  /^kafka$/,
  /^json:.+$/,
  /^avro:.+$/,
  new RegExp(`^stdout(:(${simulatedTopics.join('|')}))?$`),
  /^count$/,
];

/** What a run does that finds the checkpoint of one with other settings. */
const changeChoices = ['refuse', 'follow'] as const;
export type ChangeChoice = (typeof changeChoices)[number];

/** The values that hold where neither a flag, a variable nor a configuration file says otherwise. */
export const generatorDefaults = {
  seed: 1,
  users: 20_000,
  growthRate: 0.3,
  attritionRate: 0,
  firstUserId: 1,
  backfillDays: 7,
  catalogueSize: 10_000,
} as const;

/** The generator's variables. What is optional here may also come from an Eventsim configuration. */
export const generatorVariables = {
  kafkaBrokers: {
    ...kafkaVariables.kafkaBrokers,
    schema: kafkaVariables.kafkaBrokers.schema.optional(),
  },
  ...kafkaSecurityVariables,
  outputs: variable(
    'BEATFLOW_OUTPUTS',
    'Where events go, comma-separated: kafka, json:FOLDER, avro:FOLDER, stdout[:TOPIC], count.',
    text
      .list()
      .refine((outputs) => outputs.every((output) => outputForms.some((form) => form.test(output))), {
        error: 'expected kafka, json:FOLDER, avro:FOLDER, stdout, stdout:TOPIC or count, comma-separated',
      })
      .default(['kafka']),
  ),
  eventsimConfig: variable(
    'BEATFLOW_EVENTSIM_CONFIG',
    "An Eventsim configuration file that replaces the built-in listeners' behaviour.",
    text.nonEmpty().optional(),
  ),
  eventsimCompat: variable(
    'BEATFLOW_EVENTSIM_COMPAT',
    "Whether to keep Eventsim's faults that show in its data: yes or no.",
    yesOrNo().default(false),
  ),
  catalogue: variable(
    'BEATFLOW_CATALOGUE',
    'A song list to play from: listen_counts.txt, songs.csv or subset_unique_tracks.txt; else songs are invented.',
    text.nonEmpty().optional(),
  ),
  lake: {
    ...lakeVariables.lake,
    doc: `${lakeVariables.lake.doc} A run into Kafka leaves its song list there for the warehouse.`,
    schema: lakeVariables.lake.schema.optional(),
  },
  seed: variable(
    'BEATFLOW_SEED',
    `Seed of everything random: the same seed and window give the same events (default ${generatorDefaults.seed}).`,
    text.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }).optional(),
  ),
  users: variable(
    'BEATFLOW_USERS',
    `Listeners at the start (default ${generatorDefaults.users}).`,
    text.integer({ min: 1, max: mostUsers }).optional(),
  ),
  growthRate: variable(
    'BEATFLOW_GROWTH_RATE',
    `Relative growth of the number of listeners per year, continuous (default ${generatorDefaults.growthRate}; 0 with an Eventsim configuration).`,
    text.number({ min: 0, max: 100 }).optional(),
  ),
  attritionRate: variable(
    'BEATFLOW_ATTRITION_RATE',
    `Relative loss of listeners per year, continuous (default ${generatorDefaults.attritionRate}).`,
    text.number({ min: 0, max: 100 }).optional(),
  ),
  firstUserId: variable(
    'BEATFLOW_FIRST_USER_ID',
    `Users are numbered from the one after this (default ${generatorDefaults.firstUserId}).`,
    text.integer({ min: 0, max: 1e15 }).optional(),
  ),
  tag: variable(
    'BEATFLOW_TAG',
    'Free label that every event of the run carries, up to 500 characters.',
    text.nonEmpty().max(500, 'expected at most 500 characters').optional(),
  ),
  backfillDays: variable(
    'BEATFLOW_BACKFILL_DAYS',
    `Days ago at which the window begins, where no start time is given (default ${generatorDefaults.backfillDays}).`,
    text.number({ min: 0, max: 3660 }).optional(),
  ),
  endDays: variable(
    'BEATFLOW_END_DAYS',
    'Days ago at which the window ends, where no end time is given.',
    text.number({ min: 0, max: 3660 }).optional(),
  ),
  startTime: variable('BEATFLOW_START_TIME', 'When the window begins, ISO 8601.', time().optional()),
  endTime: variable('BEATFLOW_END_TIME', 'When the window ends, ISO 8601.', time().optional()),
  live: variable(
    'BEATFLOW_LIVE',
    'Whether to go on at the wall clock once the past is generated: yes or no (default yes where no end is given).',
    yesOrNo().optional(),
  ),
  workers: variable(
    'BEATFLOW_GENERATOR_WORKERS',
    'Threads that simulate; 0 does it in the main thread, which is best below a million listeners.',
    text.integer({ min: 0, max: 64 }).default(0),
  ),
  state: variable(
    'BEATFLOW_GENERATOR_STATE',
    'Folder or gs://bucket/folder of the checkpoint from which a second start goes on; without it every start begins anew.',
    text
      .nonEmpty()
      .transform((value) => (/^(gs|file):/.test(value) ? value : resolve(value)))
      .refine((value) => lakeVariables.lake.schema.safeParse(value).success, {
        error: 'expected a folder, a file: URL, or gs://bucket[/folder]',
      })
      .optional(),
  ),
  onChange: variable(
    'BEATFLOW_GENERATOR_ON_CHANGE',
    'What a start with other settings than the checkpoint does: refuse, or follow (a new run begins where that one ended).',
    text
      .nonEmpty()
      .refine((value) => changeChoices.some((choice) => choice === value), {
        error: `expected ${changeChoices.join(' or ')}`,
      })
      .transform((value) => value as ChangeChoice)
      .default('refuse'),
  ),
} as const;

/** The generator's configuration. */
export type GeneratorConfig = ConfigOf<typeof generatorVariables>;
