import fc from 'fast-check';
import type { Field, FieldType } from '../../runtime/contract/fields.ts';
import { type EventOf, type TopicName, topics } from '../../runtime/contract/topics.ts';
import { nulls } from './topics.ts';

const anyText = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 20 }));

const scalars: Record<FieldType, fc.Arbitrary<unknown>> = {
  string: anyText,
  // What avsc writes as it is: it gives longs below -2^52 another sign.
  long: fc.integer({ min: -(2 ** 52), max: Number.MAX_SAFE_INTEGER - 1 }),
  int: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  double: fc.double({ noNaN: true }),
  boolean: fc.boolean(),
  timestamp: fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2026, 0, 1) }),
};

function fieldValue({ type, nullable }: Field): fc.Arbitrary<unknown> {
  return nullable ? fc.option(scalars[type], { nil: null }) : scalars[type];
}

/** Any event of a topic, its values anywhere in the range of their types; event times from 2000 to 2026. */
export function anyEvent<T extends TopicName>(topic: T): fc.Arbitrary<EventOf<T>> {
  const fields = Object.entries(topics[topic].fields) as [string, Field][];
  return fc.record(
    Object.fromEntries(fields.map(([name, field]) => [name, fieldValue(field)])),
  ) as unknown as fc.Arbitrary<EventOf<T>>;
}

/** A plain listen event; `changes` replace its values. */
export function listenEvent(changes: Partial<EventOf<'listen_events'>> = {}): EventOf<'listen_events'> {
  return {
    ...nulls('listen_events'),
    ts: Date.UTC(2026, 10, 20, 5, 30),
    sessionId: 1,
    itemInSession: 0,
    level: 'free',
    auth: 'Logged In',
    city: 'Springfield',
    zip: '01101',
    state: 'MA',
    lon: -72.6,
    lat: 42.1,
    userAgent: 'test',
    userId: 7,
    firstName: 'Ada',
    lastName: 'Byron',
    gender: 'F',
    registration: Date.UTC(2026, 0, 1),
    artist: 'The Testers',
    song: 'Green',
    duration: 201.5,
    trackId: 'T1',
    ...changes,
  };
}
