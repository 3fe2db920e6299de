import avsc from 'avsc';
import fc from 'fast-check';
import { messageSchema } from '../../../runtime/contract/avro.ts';
import { DatumValidator } from '../../../runtime/contract/incoming/datum-validator.ts';
import { messageCodec, messageHeaderLength } from '../../../runtime/contract/message.ts';
import { topicNames, topics } from '../../../runtime/contract/topics.ts';
import { cases } from '../../support/cases.ts';
import { anyEvent, listenEvent } from '../../support/events.ts';

const anyMessage = fc
  .constantFrom(...topicNames)
  .chain((topic) =>
    anyEvent(topic).map((event) => ({ topic, event, message: messageCodec(topic).encode(event as never) })),
  );
const validators = Object.fromEntries(
  topicNames.map((topic) => [topic, new DatumValidator(messageSchema(topics[topic]))]),
);
// avsc's own long refuses what a double cannot hold; a damaged varint may be such a number and still be a long.
const long = avsc.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (left: bigint, right: bigint) => (left === right ? 0 : left < right ? -1 : 1),
});
const types = Object.fromEntries(
  topicNames.map((topic) => [
    topic,
    avsc.Type.forSchema(messageSchema(topics[topic]) as unknown as avsc.Schema, { registry: { long } }),
  ]),
);

test('every encoded event is valid, and its event time is read', () => {
  fc.assert(
    fc.property(anyMessage, ({ topic, event, message }) => {
      expect(validators[topic]?.judge(message, messageHeaderLength)).toEqual({
        valid: true,
        eventTime: event.ts,
      });
    }),
    { numRuns: cases(100) },
  );
});

test('a datum that is cut anywhere is none, and neither is one with bytes after it', () => {
  fc.assert(
    fc.property(
      anyMessage,
      fc.nat(),
      fc.uint8Array({ minLength: 1, maxLength: 9 }),
      ({ topic, message }, cut, tail) => {
        const end = messageHeaderLength + (cut % (message.length - messageHeaderLength));
        expect(validators[topic]?.judge(message.subarray(0, end), messageHeaderLength).valid).toBe(false);
        const longer = Buffer.concat([message, tail]);
        expect(validators[topic]?.judge(longer, messageHeaderLength)).toEqual({
          valid: false,
          fault: 'trailing_bytes',
        });
      },
    ),
    { numRuns: cases(100) },
  );
});

test('whatever passes is read whole by an Avro decoder and is text where the schema says so', () => {
  let passed = 0;
  fc.assert(
    fc.property(
      anyMessage,
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
      ({ topic, message }, flips) => {
        const damaged = Buffer.from(message.subarray(messageHeaderLength));
        for (const [at, byte] of flips) damaged[at % damaged.length] = byte;
        if (!validators[topic]?.judge(damaged, 0).valid || damaged.includes('\ufffd')) return;
        passed++;
        const decoded = types[topic]?.fromBuffer(damaged) as Record<string, unknown>;
        for (const value of Object.values(decoded)) expect(String(value)).not.toContain('\ufffd');
      },
    ),
    { numRuns: cases(500) },
  );
  expect(passed).toBeGreaterThan(cases(15));
});

test.each([
  ['a branch that is neither null nor the type', { at: 'auth', byte: 4 }],
  ['a boolean that is neither 0 nor 1', { at: 'success', byte: 2 }],
])('%s is malformed', (_, { at, byte }) => {
  const event = { ...base, auth: null, success: true };
  const message = messageCodec('auth_events').encode(event);
  const fields = Object.keys(topics.auth_events.fields);
  const upTo = avsc.Type.forSchema({
    ...messageSchema(topics.auth_events),
    fields: messageSchema(topics.auth_events).fields.slice(0, fields.indexOf(at)),
  } as unknown as avsc.Schema).toBuffer(event).length;
  message[messageHeaderLength + upTo] = byte;
  expect(validators.auth_events?.judge(message, messageHeaderLength)).toEqual({
    valid: false,
    fault: 'malformed',
  });
});

test('session numbers as large as the generator makes them are valid, larger ones are damage', () => {
  const judge = (sessionId: number) => {
    const message = messageCodec('auth_events').encode({ ...base, auth: null, success: true, sessionId });
    return validators.auth_events?.judge(message, messageHeaderLength).valid;
  };
  expect([2 ** 52 + 1, 2 ** 53 - 3].map(judge)).toEqual([true, true]);
  const tooLarge = messageCodec('auth_events').encode({
    ...base,
    auth: null,
    success: true,
    sessionId: 2 ** 49,
  });
  // The varint of 2^49 with one group of seven bits more: 2^56.
  const at = tooLarge.indexOf(Buffer.from([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02]));
  const longer = Buffer.concat([tooLarge.subarray(0, at), Buffer.from([0x80]), tooLarge.subarray(at)]);
  expect(validators.auth_events?.judge(longer, messageHeaderLength)).toEqual({
    valid: false,
    fault: 'malformed',
  });
});

const base = {
  ts: 1_772_409_605_000,
  sessionId: 7,
  itemInSession: 2,
  level: 'free',
  city: 'Lowell',
  zip: '01850',
  state: 'MA',
  lon: -71.3,
  lat: 42.6,
  userAgent: 'agent',
  userId: null,
  firstName: null,
  lastName: null,
  gender: null,
  registration: null,
  tag: null,
};

test.each([0, -1, 2 ** 52, 2 ** 52 + 1, 8_706_780_021_546_581, Number.MAX_SAFE_INTEGER - 1, -(2 ** 52)])(
  'a session id of %d, which a double holds exactly, is in order',
  (sessionId) => {
    const message = messageCodec('listen_events').encode(listenEvent({ sessionId }));
    const validator = new DatumValidator(messageSchema(topics.listen_events));
    expect(validator.judge(message, messageHeaderLength)).toMatchObject({ valid: true });
  },
);
