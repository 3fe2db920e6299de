import avsc from 'avsc';
import fc from 'fast-check';
import { type AvroRecordSchema, messageSchema } from '../../runtime/contract/avro.ts';
import { type Contract, contractFaults } from '../../runtime/contract/contract-faults.ts';
import { type Field, type Fields, joined, nullable, required } from '../../runtime/contract/fields.ts';
import { releasedSchemas } from '../../runtime/contract/released.ts';
import { type Topic, topics } from '../../runtime/contract/topics.ts';

const { auth_events: before } = topics;
const contract: Contract = { topics, released: releasedSchemas, otherTables: {} };

const withFields = (fields: Fields): Contract => ({
  ...contract,
  topics: { ...topics, auth_events: { ...before, fields } },
});

function without(name: string): Fields {
  return Object.fromEntries(Object.entries(before.fields).filter(([each]) => each !== name));
}

test('the contract as it is has none', () => {
  expect(contractFaults(contract)).toEqual([]);
});

test('a duplicate field and a required field added to a released topic are both named', () => {
  const fields = joined([
    before.fields,
    { mood: required('string', 'Mood.') },
    { city: required('string', 'Twice.') },
  ]);
  expect(contractFaults(withFields(fields))).toEqual([
    'auth_events.city is in two groups of fields, of which only the last would count: expected each name once, rename or remove one',
    "auth_events.mood is required string and older messages do not have it: expected a nullable field, declare it nullable('string', …)",
  ]);
});

const mood = nullable('string', 'Mood.');

test.each<[string, Fields, string]>([
  [
    'differs from another only in case',
    { ...before.fields, CITY: mood },
    'city and CITY differ only in case',
  ],
  [
    'is one that the lake adds',
    { ...before.fields, kafkaoffset: mood },
    'kafkaoffset is the name of a column',
  ],
  ['is a folder of the lake', { ...before.fields, dt: mood }, 'dt is the name of a column'],
  ['is no name in Avro', { ...before.fields, 'the-mood': mood }, '"the-mood" is no name in Avro'],
  [
    'changed its type',
    { ...before.fields, lon: required('string', '') },
    'lon is required string and was released as required double',
  ],
  [
    'became required',
    { ...before.fields, tag: required('string', '') },
    'tag is required string and was released as nullable string',
  ],
  [
    'became nullable',
    { ...before.fields, city: mood },
    'city is nullable string and was released as required string',
  ],
  ['is gone', without('zip'), 'zip is gone and was released as required string'],
])('a field that %s is named', (_, fields, fault) => {
  expect(contractFaults(withFields(fields))).toEqual([expect.stringContaining(fault)]);
});

test('a topic without the columns that tables are partitioned and clustered by is named once for each', () => {
  const mistimed = { ts: nullable('timestamp', ''), mood };
  const odd = { record: 'Odd', title: 'Odd', doc: 'Odd.', partitions: 1, fields: mistimed };
  expect(contractFaults({ ...contract, topics: { ...topics, odd } })).toEqual([
    expect.stringContaining('odd.ts is nullable timestamp'),
    expect.stringContaining('odd.sessionId is not there'),
    expect.stringContaining('odd.userId is not there'),
  ]);
});

test('names of tables and records that are taken twice are named', () => {
  const again: Contract = {
    ...contract,
    topics: { ...topics, Auth_events: before },
    otherTables: { SONGS: { fields: {} }, songs: { fields: { a: mood, A: mood } } },
  };
  expect(contractFaults(again)).toEqual([
    expect.stringContaining('auth_events and Auth_events are tables'),
    expect.stringContaining('SONGS and songs are tables'),
    expect.stringContaining('AuthEvent and AuthEvent is there twice'),
    expect.stringContaining('songs: fields a and A differ only in case'),
  ]);
});

test('a record that was renamed is named, and so is another order of fields not', () => {
  const renamed = { ...before, record: 'LoginEvent' };
  expect(contractFaults({ ...contract, topics: { ...topics, auth_events: renamed } })).toEqual([
    expect.stringContaining('released as beatflow.events.v1.AuthEvent'),
  ]);
  const reversed = Object.fromEntries(Object.entries(before.fields).reverse());
  expect(contractFaults(withFields(reversed))).toEqual([]);
});

test('between two contracts without a fault, readers of either read what writers of the other wrote', () => {
  const field = fc
    .tuple(fc.constantFrom('string', 'long', 'int', 'double', 'boolean', 'timestamp' as const), fc.boolean())
    .map(([type, isNullable]): Field => ({ type: type as Field['type'], nullable: isNullable, doc: '' }));
  const added = fc.dictionary(fc.constantFrom('mood', 'weather', 'zip', 'tag', 'lon'), field, { maxKeys: 2 });
  const typeOf = (topic: Topic) => avsc.Type.forSchema(messageSchema(topic) as unknown as avsc.Schema);
  let sound = 0;
  let refused = 0;
  fc.assert(
    fc.property(added, fc.option(fc.constantFrom('zip', 'tag', 'lon')), (changes, removed) => {
      const { [removed ?? '']: _, ...fields } = { ...before.fields, ...changes } as Record<string, Field>;
      const after: Topic = { ...before, fields };
      const released = { auth_events: [messageSchema(before) as AvroRecordSchema] };
      const faults = contractFaults({ topics: { auth_events: after }, released, otherTables: {} });
      const resolve = () => {
        typeOf(after).createResolver(typeOf(before));
        typeOf(before).createResolver(typeOf(after));
      };
      if (faults.length > 0) {
        refused++;
        return;
      }
      sound++;
      expect(resolve).not.toThrow();
    }),
    { numRuns: 500 },
  );
  expect(Math.min(sound, refused)).toBeGreaterThan(20);
});
