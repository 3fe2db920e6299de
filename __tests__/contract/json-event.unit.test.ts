import fc from 'fast-check';
import { JsonEventEncoder, repairedText } from '../../runtime/contract/json-event.ts';
import { messageCodec, messageHeaderLength } from '../../runtime/contract/message.ts';
import { type EventOf, type TopicName, topicNames, topics } from '../../runtime/contract/topics.ts';
import { anyEvent } from '../support/events.ts';

/** A line in the shape of a real Eventsim's auth_events: no `auth`, no user, keys in its order, a newline. */
const visitor = `{"ts":1772411185000,"sessionId":42354,"level":"free","itemInSession":1,"city":"Front Royal","zip":"01234","state":"VA","userAgent":"\\"Mozilla/5.0 (Macintosh)\\"","lon":-78,"lat":38.9268,"success":false}\n`;

function decode<T extends TopicName>(topic: T, line: string): EventOf<T> {
  const verdict = new JsonEventEncoder(topics[topic]).encode(Buffer.from(line));
  if (!verdict.valid) throw new Error(verdict.detail);
  const header = messageCodec(topic)
    .encode(emptyEvents[topic] as never)
    .subarray(0, messageHeaderLength);
  return messageCodec(topic).decode(Buffer.concat([header, verdict.datum]));
}

const emptyEvents = Object.fromEntries(
  topicNames.map((topic) => [topic, fc.sample(anyEvent(topic), { numRuns: 1, seed: 1 })[0]]),
);

test('a real Eventsim’s line becomes an event; what it leaves out is null', () => {
  expect(decode('auth_events', visitor)).toEqual({
    ts: 1_772_411_185_000,
    sessionId: 42354,
    itemInSession: 1,
    level: 'free',
    auth: null,
    city: 'Front Royal',
    zip: '01234',
    state: 'VA',
    lon: -78,
    lat: 38.9268,
    userAgent: '"Mozilla/5.0 (Macintosh)"',
    userId: null,
    firstName: null,
    lastName: null,
    gender: null,
    registration: null,
    tag: null,
    success: false,
  });
});

test('any event of any topic comes out of JSON as it went in', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...topicNames).chain((topic) => anyEvent(topic).map((event) => ({ topic, event }))),
      ({ topic, event }) => {
        // JSON has neither infinities nor a negative zero; text that looks double-encoded is repaired.
        const plain = JSON.parse(JSON.stringify(event), (_, value) => (value === null ? undefined : value));
        fc.pre(Object.values(event).every((value) => typeof value !== 'number' || Number.isFinite(value)));
        fc.pre(
          Object.values(event).every(
            (value) => typeof value !== 'string' || (repairedText(value) === value && value.isWellFormed()),
          ),
        );
        const decoded = decode(topic, JSON.stringify(plain)) as Record<string, unknown>;
        expect(decoded).toEqual(
          Object.fromEntries(Object.entries(event).map(([name, value]) => [name, value === 0 ? 0 : value])),
        );
      },
    ),
    { numRuns: 500 },
  );
});

test.each([
  ['CorazÃ³n', 'Corazón'],
  ['BjÃ¶rk', 'Björk'],
  ['Corazón', 'Corazón'],
  ['Ã', 'Ã'],
  ['plain', 'plain'],
  ['日本', '日本'],
])('double-encoded text is repaired, other text stays: %s', (given, expected) => {
  expect(repairedText(given)).toBe(expected);
});

test('all faults of a message are told at once', () => {
  const broken = visitor
    .replace('42354', '"42354"')
    .replace('"zip":"01234"', '"zip":1234')
    .replace('"level":"free",', '');
  expect(new JsonEventEncoder(topics.auth_events).encode(Buffer.from(broken))).toEqual({
    valid: false,
    error: 'malformed',
    detail:
      'sessionId: expected long, got "42354"; level: expected string, got undefined; zip: expected string, got 1234',
  });
});

test.each(['', 'null', '[]', '7', '{"ts":', 'noise'])('%j is no JSON object', (message) => {
  const verdict = new JsonEventEncoder(topics.auth_events).encode(Buffer.from(message));
  expect(verdict).toMatchObject({ valid: false, error: 'no_json' });
});
