/** The Spark job's modules decide as the consumer's do: asked side by side, about the same things. */
import fc from 'fast-check';
import { JsonInspector, MessageInspector } from '../../runtime/consumer/message-inspector.ts';
import { lakeSchemaOfWriter } from '../../runtime/contract/avro.ts';
import { messageCodec } from '../../runtime/contract/message.ts';
import { writerSchemas } from '../../runtime/contract/released.ts';
import { type TopicName, topicNames, topics } from '../../runtime/contract/topics.ts';
import { readAvroFile } from '../../runtime/lake/avro-reader.ts';
import { type CommitRecord, encodeCommitRecord } from '../../runtime/lake/commit-record.ts';
import { encodeDeadLetter } from '../../runtime/lake/dead-letters.ts';
import { liveSnapshotPath } from '../../runtime/lake/live-snapshot.ts';
import * as paths from '../../runtime/lake/paths.ts';
import { exitCodes } from '../../runtime/program/errors.ts';
import { createLogger } from '../../runtime/program/logger.ts';
import { Random } from '../consumer/simulation/random.ts';
import { damage } from '../support/damage.ts';
import { anyEvent } from '../support/events.ts';
import { runPython } from './python.ts';

const now = Date.UTC(2026, 10, 20);
const messagesPerTopic = 4000;

/** The answers of Python to questions, in one run of it. */
async function ask<T>(questions: readonly object[]): Promise<T[]> {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('');
  const { code, stdout, stderr } = await runPython(['__tests__/spark/twin.py'], { input });
  if (code !== 0) throw new Error(stderr);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

const base64 = (value: Buffer | null) => value?.toString('base64') ?? null;

function ourFindings(topic: TopicName, json: boolean, values: readonly (Buffer | null)[]): unknown[] {
  const inspector = new (json ? JsonInspector : MessageInspector)(topic, () => now);
  return values.map((value) => {
    const found = inspector.inspect(value);
    return found.valid
      ? [
          found.eventTime,
          found.writer.fingerprint,
          found.datum.subarray(found.start, found.end).toString('hex'),
        ]
      : [found.error];
  });
}

/** JSON values in the places of fields that no other text reaches. */
const oddJson = [
  '1e3',
  '1.5',
  '-0',
  '-0.0',
  '1e400',
  '9007199254740993',
  '123456789012345678901234567890',
  '1e21',
  '1.5e-7',
  '0.000001',
  '123456.789e3',
  'true',
  '""',
  '"\\ud83d"',
  '"\\ud83d\\ude00 caf\\u00e9"',
  '"Ã©tÃ© Ã\\u0083"',
  '"\\u007f\\u0085\\u2028\\b\\f"',
  '[1]',
  '{"a":1}',
  `${'['.repeat(800)}${']'.repeat(800)}`,
];

test('each message is the same row, byte for byte, or dead for the same reason', async () => {
  const questions = topicNames.flatMap((topic, index) => {
    const random = new Random(index + 1);
    const events = fc.sample(anyEvent(topic), { numRuns: 200, seed: 11 });
    const avro = events.map((event) => messageCodec(topic).encode(event as never));
    const json = events.map((event) => Buffer.from(`${JSON.stringify(event)}\n`));
    const many = (messages: readonly Buffer[]) =>
      Array.from({ length: messagesPerTopic }, () => damage(random, random.pick(messages)));
    const odd = oddJson.flatMap((text) =>
      Object.keys(topics[topic].fields).map((field) =>
        Buffer.from(
          JSON.stringify({ ...events[0], [field]: 0 }).replace(`"${field}":0`, `"${field}":${text}`),
        ),
      ),
    );
    const broken = [
      'NaN',
      '[]',
      'null',
      '"x"',
      '{"ts":Infinity}',
      '\ufeff{}',
      '{"a":01}',
      '{"a":"\t"}',
      ' {} ',
    ];
    return [
      { ask: 'inspect', topic, json: false, now, messages: many(avro) },
      {
        ask: 'inspect',
        topic,
        json: true,
        now,
        messages: [...many(json), ...odd, ...broken.map((text) => Buffer.from(text))],
      },
    ];
  });
  const answers = await ask<{ findings: unknown[] }>(
    questions.map(({ messages, ...question }) => ({ ...question, values: messages.map(base64) })),
  );
  const met = new Set<unknown>();
  for (const [index, { topic, json, messages }] of questions.entries()) {
    const ours = ourFindings(topic, json, messages);
    for (const [at, finding] of ours.entries()) {
      const [first] = finding as unknown[];
      met.add(typeof first === 'number' ? 'row' : first);
      expect([topic, json, base64(messages[at] ?? null), answers[index]?.findings[at]]).toEqual([
        topic,
        json,
        base64(messages[at] ?? null),
        finding,
      ]);
    }
  }
  expect([...met].sort()).toEqual([
    'empty_value',
    'event_time_out_of_range',
    'malformed',
    'no_json',
    'no_schema_header',
    'row',
    'trailing_bytes',
    'truncated',
    'unknown_fingerprint',
  ]);
});

test('paths, records and schemas are the same texts, and dead letters say the same', async () => {
  const place = { log: 'abc-g1', topic: 'listen_events', partition: 17, start: 1234567890123 };
  const file = { run: '0a1b2c3d', hour: Date.UTC(2026, 1, 3, 7), fingerprint: '0123456789abcdef' };
  const instants = [0, 1, 3_599_999, now - 1, now, -1, -3_600_001];
  const record: CommitRecord = {
    version: 1,
    log: place.log,
    topic: place.topic,
    partition: 3,
    startOffset: 5,
    nextOffset: 9,
    files: [
      {
        path: 'a/b',
        hour: '2026-11-20T05',
        fingerprint: file.fingerprint,
        records: 2,
        bytes: 10,
        sha256: 'f'.repeat(64),
        minEventTime: new Date(now + 1).toISOString(),
        maxEventTime: new Date(now + 999).toISOString(),
      },
    ],
    deadLetters: null,
    hole: null,
    writer: 'host-1',
    run: 'run',
    committedAt: new Date(now).toISOString(),
  };
  const big = Buffer.alloc((1 << 20) + 5, 7);
  const letters = [
    { key: null, value: null },
    { key: Buffer.from('k'), value: Buffer.from([0, 255]) },
    { key: Buffer.alloc(0), value: big },
  ];
  const detail = 'got "\ud83d" \u2028 é\u0001';
  const answers = await ask<Record<string, unknown>>([
    { ask: 'paths', ...place, ...file, instants },
    { ask: 'record', record },
    { ask: 'record', record: { ...record, files: [], hole: 'gone' } },
    { ask: 'schemas' },
    ...letters.map(({ key, value }) => ({
      ask: 'letter',
      place: [place.topic, 4, 77, now + 5],
      fault: ['malformed', detail],
      key: base64(key),
      value: base64(value),
    })),
  ]);
  const { log, topic, partition, start: startOffset } = place;
  expect(answers).toEqual([
    {
      log: paths.logName(log, 2),
      commit: paths.commitPath(log, topic, partition, startOffset),
      data: paths.dataFilePath({ topic, partition, startOffset, ...file }),
      dead: paths.deadLettersPath(topic, partition, startOffset, file.run),
      live: liveSnapshotPath(file.run),
      hour: instants.map((instant) => paths.formatHour(paths.hourOf(instant))),
    },
    { text: String(encodeCommitRecord(record)) },
    { text: String(encodeCommitRecord({ ...record, files: [], hole: 'gone' })) },
    Object.fromEntries(
      topicNames.map((name) => [
        name,
        Object.fromEntries(
          Array.from(writerSchemas(name), ([print, schema]) => [
            print,
            JSON.stringify(lakeSchemaOfWriter(topics[name], schema)),
          ]),
        ),
      ]),
    ),
    ...letters.map(({ key, value }) => ({
      letter: JSON.parse(
        encodeDeadLetter(
          { topic, partition: 4, error: 'malformed', detail },
          { offset: 77, timestamp: now + 5, key, value },
        ),
      ),
    })),
  ]);
});

test('files hold the rows that went into them', async () => {
  const files = topicNames.flatMap((topic) => {
    const events = fc.sample(anyEvent(topic), { numRuns: 200, seed: 12 });
    return ['deflate', 'null'].map((codec) => ({ topic, codec, events }));
  });
  const answers = await ask<{ content: string }>(
    files.map(({ topic, codec, events }) => {
      const values = events.map((event) => base64(messageCodec(topic).encode(event as never)));
      return { ask: 'file', topic, codec, partition: 300, now, values };
    }),
  );
  for (const [index, { topic, codec, events }] of files.entries()) {
    const content = Buffer.from(answers[index]?.content ?? '', 'base64');
    expect([topic, codec, [...readAvroFile('file', content)]]).toEqual([
      topic,
      codec,
      events.map((event, offset) => ({
        ...event,
        kafkaPartition: 300,
        kafkaOffset: offset,
        kafkaTimestamp: now + offset,
      })),
    ]);
  }
});

test('lines of the log have the same form, and programs end with the same codes', async () => {
  const [answer] = await ask<{ lines: object[]; unexpected: number; setup: number }>([{ ask: 'said' }]);
  const lines: object[] = [];
  const logger = createLogger('p', { write: (line) => lines.push(JSON.parse(line)) });
  for (const level of ['info', 'warn', 'error', 'fatal'] as const) logger[level]({ n: 1 }, 'm');
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(answer?.lines).toEqual(lines.map((line) => ({ ...line, time })));
  expect(lines).toEqual(lines.map((line) => ({ ...line, time })));
  const { unexpected, setup } = exitCodes;
  expect(answer).toMatchObject({ unexpected, setup });
});
