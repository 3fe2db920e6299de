import avsc from 'avsc';
import { MessageInspector } from '../../runtime/consumer/message-inspector.ts';
import { type FinishedSegment, Segment } from '../../runtime/consumer/segment.ts';
import {
  type AvroRecordSchema,
  fingerprint,
  lakeSchema,
  lakeSchemaOfWriter,
  messageSchema,
} from '../../runtime/contract/avro.ts';
import { messageHeader } from '../../runtime/contract/message.ts';
import { releasedSchemas } from '../../runtime/contract/released.ts';
import { topicNames, topics } from '../../runtime/contract/topics.ts';
import { readAvroFile } from '../../runtime/lake/avro-reader.ts';
import { listenEvent } from '../support/events.ts';

const topic = 'listen_events';
const now = Date.UTC(2026, 10, 20, 6);
const current = messageSchema(topics[topic]);
/** An earlier release that knew no trackId, and a later one with one more optional field. */
const earlier = { ...current, fields: current.fields.filter(({ name }) => name !== 'trackId') };
const later: AvroRecordSchema = {
  ...current,
  fields: [...current.fields, { name: 'mood', type: ['null', 'string'], default: null, doc: 'Mood.' }],
};

const typeOf = (schema: AvroRecordSchema) => avsc.Type.forSchema(schema as unknown as avsc.Schema);
const encode = (schema: AvroRecordSchema, event: object) =>
  Buffer.concat([messageHeader(schema), typeOf(schema).toBuffer(event)]);

function gather(known: readonly AvroRecordSchema[], values: readonly Buffer[]): Promise<FinishedSegment> {
  const schemas = new Map(known.map((schema) => [fingerprint(schema), schema]));
  const inspector = new MessageInspector(topic, () => now, schemas);
  const segment = new Segment({
    topic,
    partition: 0,
    startOffset: 0,
    codec: 'null',
    inspector,
    clock: () => now,
  });
  for (const [offset, value] of values.entries())
    segment.append({ offset, timestamp: now, key: null, value });
  return segment.finish();
}

/** Every row of a segment as a reader of the `reader` schema sees it, in the order of offsets. */
function readAs(reader: AvroRecordSchema, { files }: FinishedSegment, written: readonly AvroRecordSchema[]) {
  const readerType = typeOf(lakeSchemaOfWriter(topics[topic], reader));
  const rows = files.flatMap(({ content, fingerprint: print }) => {
    const writer = written.find((schema) => fingerprint(schema) === print) as AvroRecordSchema;
    const writerType = typeOf(lakeSchemaOfWriter(topics[topic], writer));
    const resolver = readerType.createResolver(writerType);
    return [...readAvroFile('file', Buffer.concat(content))].map((row) => ({
      ...(readerType.fromBuffer(writerType.toBuffer(row), resolver) as Record<string, unknown>),
    }));
  });
  return rows.sort((left, right) => Number(left.kafkaOffset) - Number(right.kafkaOffset));
}

test('two writers’ schemas at once: a file each, every row readable under either', async () => {
  const values = Array.from({ length: 20 }, (_, index) => {
    const event = listenEvent({ ts: now - 1000, sessionId: index, trackId: `T${index}` });
    return index % 2 === 0 ? encode(earlier, event) : encode(current, event);
  });
  const segment = await gather([earlier, current], values);
  expect(segment.deadLetters).toBeNull();
  expect(segment.files.map(({ fingerprint: print, records }) => [print, records]).sort()).toEqual(
    [
      [fingerprint(earlier), 10],
      [fingerprint(current), 10],
    ].sort(),
  );
  const rows = readAs(current, segment, [earlier, current]);
  expect(rows.map(({ sessionId, trackId }) => [sessionId, trackId])).toEqual(
    values.map((_, index) => [index, index % 2 === 0 ? null : `T${index}`]),
  );
});

test('a new optional field reaches the lake with the release that knows it; before, it is a dead letter to redrive', async () => {
  const value = encode(later, { ...listenEvent({ ts: now }), mood: 'blue' });
  const before = await gather([current], [value]);
  expect([before.files.length, before.deadLetters?.records]).toEqual([0, 1]);
  expect(String(before.deadLetters?.content)).toContain('unknown_fingerprint');
  const after = await gather([current, later], [value]);
  expect(readAs(later, after, [later])).toMatchObject([{ mood: 'blue', kafkaOffset: 0 }]);
  expect(readAs(current, after, [later])).toMatchObject([{ song: 'Green', kafkaOffset: 0 }]);
});

test('each topic’s current schema reads what every released one wrote', () => {
  for (const name of topicNames) {
    const reader = typeOf(lakeSchema(topics[name]));
    expect(releasedSchemas[name].length).toBeGreaterThan(0);
    for (const writer of releasedSchemas[name]) {
      expect(() => reader.createResolver(typeOf(lakeSchemaOfWriter(topics[name], writer)))).not.toThrow();
    }
  }
});

test.each([
  [
    'another type',
    (fields: AvroRecordSchema['fields']) =>
      fields.map((field) => (field.name === 'duration' ? { ...field, type: 'string' as const } : field)),
  ],
  [
    'a new field that is required',
    (fields: AvroRecordSchema['fields']) => [
      ...fields,
      { name: 'mood', type: 'string' as const, doc: 'Mood.' },
    ],
  ],
])('a change to %s is one that the check above would refuse', (_, change) => {
  const incompatible = { ...current, fields: change(current.fields) };
  expect(() => typeOf(incompatible).createResolver(typeOf(current))).toThrow();
});
