import { kafkaVariables } from '../kafka/config.ts';
import { type ConfigOf, text, variable } from '../program/config.ts';

const yesOrNo = () =>
  text
    .nonEmpty()
    .refine((value) => value === 'yes' || value === 'no', 'expected yes or no')
    .transform((value) => value === 'yes');

/** Far above what one machine can hold; a guard against slips of the keyboard. */
const mostUsers = 50_000_000;

/** The generator's variables. */
export const generatorVariables = {
  ...kafkaVariables,
  seed: variable(
    'BEATFLOW_SEED',
    'Seed of everything random: the same seed and window give the same events.',
    text.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }).default(1),
  ),
  users: variable(
    'BEATFLOW_USERS',
    'Listeners at the start.',
    text.integer({ min: 1, max: mostUsers }).default(20_000),
  ),
  growthRate: variable(
    'BEATFLOW_GROWTH_RATE',
    'Relative growth of the number of listeners per year, continuous; 0.3 is 30 %.',
    text.number({ min: 0, max: 100 }).default(0.3),
  ),
  attritionRate: variable(
    'BEATFLOW_ATTRITION_RATE',
    'Relative loss of listeners per year, continuous.',
    text.number({ min: 0, max: 100 }).default(0),
  ),
  backfillDays: variable(
    'BEATFLOW_BACKFILL_DAYS',
    'Days of the past that are generated first, where no start time is given.',
    text.number({ min: 0, max: 3660 }).default(7),
  ),
  startTime: variable(
    'BEATFLOW_START_TIME',
    'When the window begins, ISO 8601 with a zone.',
    text.instant().optional(),
  ),
  endTime: variable(
    'BEATFLOW_END_TIME',
    'When the window ends, ISO 8601 with a zone; without it the generator goes on live.',
    text.instant().optional(),
  ),
  live: variable(
    'BEATFLOW_LIVE',
    'Whether to go on at the wall clock once the past is generated: yes or no.',
    yesOrNo().default(true),
  ),
  tag: variable(
    'BEATFLOW_TAG',
    'Free label that every event of the run carries.',
    text.nonEmpty().optional(),
  ),
  stateFolder: variable(
    'BEATFLOW_GENERATOR_STATE',
    'Folder of the checkpoint from which a second start goes on; without it every start begins anew.',
    text.nonEmpty().optional(),
  ),
} as const;

/** The generator's configuration. */
export type GeneratorConfig = ConfigOf<typeof generatorVariables>;
