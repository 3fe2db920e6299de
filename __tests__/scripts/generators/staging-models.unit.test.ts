import { parse } from 'yaml';
import { nullable } from '../../../runtime/contract/fields.ts';
import { topics } from '../../../runtime/contract/topics.ts';
import { stagingModels } from '../../../scripts/generators/staging-models.ts';

interface Model {
  readonly name: string;
  readonly description: string;
  readonly columns: readonly {
    readonly name: string;
    readonly data_type: string;
    readonly description: string;
  }[];
}

const { auth_events: before } = topics;
const fields = { ...before.fields, moodOfDay: nullable('int', 'How the listener feels.') };
const { models } = parse(stagingModels({ auth_events: { ...before, fields }, mood_events: before })) as {
  models: readonly Model[];
};

test('a field of the contract is a column of its staging model, in snake case and in the contract’s words', () => {
  expect(models[0]?.columns).toContainEqual({
    name: 'mood_of_day',
    data_type: 'bigint',
    description: 'How the listener feels.',
  });
});

test('a topic of the contract has a staging model with its grain, what staging adds and renames, and no field twice', () => {
  expect(models[1]).toMatchObject({
    name: 'stg_mood_events',
    description:
      'The page after a login attempt. Renamed, cast and without repeats. Grain: one event of the topic mood_events.',
  });
  const names = models[1]?.columns.map(({ name }) => name) ?? [];
  expect(names).toEqual(
    expect.arrayContaining(['event_key', 'day', 'registered_at', 'success', 'produced_at']),
  );
  expect(new Set(names).size).toBe(names.length);
});
