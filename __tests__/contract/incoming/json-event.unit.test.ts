import fc from 'fast-check';
import { FlatJsonScanner } from '../../../runtime/contract/incoming/flat-json.ts';
import {
  JsonEventEncoder,
  type JsonVerdict,
  jsonMessageDecoder,
  repairedText,
} from '../../../runtime/contract/incoming/json-event.ts';
import { type EventOf, type TopicName, topicNames, topics } from '../../../runtime/contract/topics.ts';
import { Random } from '../../consumer/simulation/random.ts';
import { cases } from '../../support/cases.ts';
import { anyEvent } from '../../support/events.ts';

/** A line in the shape of a real Eventsim's auth_events: no `auth`, no user, keys in its order, a newline. */
const visitor = `{"ts":1772411185000,"sessionId":42354,"level":"free","itemInSession":1,"city":"Front Royal","zip":"01234","state":"VA","userAgent":"\\"Mozilla/5.0 (Macintosh)\\"","lon":-78,"lat":38.9268,"success":false}\n`;

const decode = <T extends TopicName>(topic: T, line: string): EventOf<T> =>
  jsonMessageDecoder(topic)(Buffer.from(line));

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
    { numRuns: cases(100) },
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

test('an array nested as deep as a message allows is told like any other value', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const broken = visitor.replace('"zip":"01234"', `"zip":${deep}`);
  expect(new JsonEventEncoder(topics.auth_events).encode(Buffer.from(broken))).toEqual({
    valid: false,
    error: 'malformed',
    detail: 'zip: expected string, got an array',
  });
});

test.each(['', 'null', '[]', '7', '{"ts":', 'noise'])('%j is no JSON object', (message) => {
  const verdict = new JsonEventEncoder(topics.auth_events).encode(Buffer.from(message));
  expect(verdict).toMatchObject({ valid: false, error: 'no_json' });
});

/** What a way of encoding makes of a message, to be compared. */
const outcome = (verdict: JsonVerdict) =>
  verdict.valid ? [verdict.datum.toString('hex', 0, verdict.end), verdict.eventTime] : verdict;

function expectTheSameBothWays(encoder: JsonEventEncoder, message: Buffer): JsonVerdict {
  const parsed = encoder.encodeParsed(message);
  const expected = outcome(parsed);
  expect(outcome(encoder.encode(message))).toEqual(expected);
  return parsed;
}

test.each([
  ['keys in another order and space between', '{ "success" : true ,\n"ts":1772411185000\t}'],
  ['a key twice, unknown keys', '"unknown":"\\u00e9","level":"paid","nothing":null,"level":"free"'],
  ['an unknown key with an object', '"more":{"level":"paid","zip":[1]}'],
  ['a key written with an escape', '"le\\u0076el":"paid"'],
  ['escapes of all sorts', '"city":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\\ud800"'],
  ['an escape that there is not', '"city":"\\x"'],
  ['an escape cut short', '"city":"\\u12g4"'],
  ['a control character', '"city":"\u0001"'],
  ['double-encoded and other text', '"city":"BjÃ¶rk","firstName":"日本","lastName":"Corazón"'],
  ['numbers at the edge', '"lon":-0,"lat":0.1,"itemInSession":2147483647,"sessionId":9007199254740990'],
  ['numbers beyond it', '"itemInSession":2147483648,"sessionId":9007199254740993'],
  ['numbers with exponents', '"lon":1.5e2,"lat":-2E-3,"sessionId":1e3'],
  ['long decimals', '"lon":-123.45678901234567890123,"lat":0.30000000000000004,"sessionId":4.0'],
  ['no numbers', '"lon":01'],
  ['a number cut short', '"lon":1.'],
  ['a sign alone', '"lon":-'],
  ['a word cut short', '"success":fals'],
  ['another word', '"success":nulls'],
  ['a trailing comma', '"level":"free",'],
  ['two objects', '"level":"free"}{"level":"paid"'],
])('bytes are transcribed as JSON.parse reads them: %s', (_, members) => {
  const whole = visitor.trimEnd().slice(0, -1);
  const line = members.startsWith('{') ? members : `${whole},${members}}\n`;
  expectTheSameBothWays(new JsonEventEncoder(topics.auth_events), Buffer.from(line));
});

test('bytes are transcribed as JSON.parse reads them, whatever happens to them', () => {
  const alphabet = Buffer.from('"\\{}[]:,.-+eE0179tfnu \n\u0000\u00e9ÃA', 'utf8');
  const encoders = topicNames.map((topic) => ({ topic, encoder: new JsonEventEncoder(topics[topic]) }));
  let valid = 0;
  let invalid = 0;
  fc.assert(
    fc.property(
      fc
        .constantFrom(...encoders)
        .chain(({ topic, encoder }) =>
          anyEvent(topic).map((event) => ({ encoder, line: Buffer.from(JSON.stringify(event)) })),
        ),
      fc.array(fc.tuple(fc.nat(), fc.nat(alphabet.length - 1), fc.constantFrom('put', 'insert', 'cut')), {
        maxLength: 3,
      }),
      ({ encoder, line }, damages) => {
        let message = line;
        for (const [where, which, how] of damages) {
          const at = where % message.length;
          const after = how === 'insert' ? at : at + 1;
          const between = how === 'cut' ? Buffer.alloc(0) : alphabet.subarray(which, which + 1);
          message = Buffer.concat([message.subarray(0, at), between, message.subarray(after)]);
        }
        if (expectTheSameBothWays(encoder, message).valid) valid++;
        else invalid++;
      },
    ),
    { numRuns: cases(2_000), seed: 7 },
  );
  expect(valid).toBeGreaterThan(cases(100));
  expect(invalid).toBeGreaterThan(cases(100));
});

test('decimals of any length are read as JSON.parse reads them', () => {
  const encoder = new JsonEventEncoder(topics.auth_events);
  const random = new Random(3);
  for (let index = 0; index < cases(500); index++) {
    const digits = String(random.next() * 360 - 180).padEnd(14 + random.below(8), '7');
    const line = visitor.replace('-78', digits);
    expect(expectTheSameBothWays(encoder, Buffer.from(line)).valid).toBe(true);
  }
});

test('what a real Eventsim writes is transcribed without JSON.parse', () => {
  const scanner = new FlatJsonScanner(Object.keys(topics.auth_events.fields));
  expect(scanner.scan(Buffer.from(visitor))).toBe(true);
  expect(scanner.scan(Buffer.from(visitor.replace('Front Royal', 'San José')))).toBe(true);
});
