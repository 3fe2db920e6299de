import fc from 'fast-check';
import { type Inspector, JsonInspector, MessageInspector } from '../../runtime/consumer/message-inspector.ts';
import { Segment } from '../../runtime/consumer/segment.ts';
import { messageCodec } from '../../runtime/contract/message.ts';
import { type TopicName, topicNames } from '../../runtime/contract/topics.ts';
import { readAvroFile } from '../../runtime/lake/avro-reader.ts';
import { decodeDeadLetters } from '../../runtime/lake/dead-letters.ts';
import { cases } from '../support/cases.ts';
import { damage } from '../support/damage.ts';
import { anyEvent } from '../support/events.ts';
import { Random } from './simulation/random.ts';

const now = Date.UTC(2026, 10, 20);
const messagesPerTopic = cases(2_600);

async function feed(topic: TopicName, inspector: Inspector, messages: readonly Buffer[]): Promise<string[]> {
  const random = new Random(topicNames.indexOf(topic) + 1);
  const fates: string[] = [];
  const segment = new Segment({
    topic,
    partition: 2,
    startOffset: 0,
    codec: 'null',
    inspector,
    clock: () => now,
  });
  for (let offset = 0; offset < messagesPerTopic; offset++) {
    const value = damage(random, random.pick(messages));
    segment.append({ offset, timestamp: now, key: null, value });
  }
  const { files, deadLetters, nextOffset } = await segment.finish();
  expect(nextOffset).toBe(messagesPerTopic);
  const meet = (offset: number, fate: string) => {
    if (fates[offset] !== undefined) throw new Error(`offset ${offset} is a ${fates[offset]} and a ${fate}`);
    fates[offset] = fate;
  };
  for (const { content } of files) {
    for (const row of readAvroFile('file', Buffer.concat(content))) meet(row.kafkaOffset, 'row');
  }
  for (const { offset, error } of decodeDeadLetters('letters', deadLetters?.content ?? Buffer.alloc(0))) {
    meet(offset, error);
  }
  return fates;
}

test('each damaged Avro message is one row that decodes or one dead letter', async () => {
  const all = new Map<string, number>();
  for (const topic of topicNames) {
    const messages = fc
      .sample(anyEvent(topic), { numRuns: 200, seed: 7 })
      .map((event) => messageCodec(topic).encode(event as never));
    const fates = await feed(topic, new MessageInspector(topic, () => now), messages);
    expect(fates.filter((fate) => fate !== undefined)).toHaveLength(messagesPerTopic);
    for (const fate of fates) all.set(fate, (all.get(fate) ?? 0) + 1);
  }
  // Every way to die, and life, occur in numbers.
  for (const fate of ['row', 'truncated', 'malformed', 'trailing_bytes', 'no_schema_header', 'empty_value']) {
    expect([fate, (all.get(fate) ?? 0) > messagesPerTopic / 50]).toEqual([fate, true]);
  }
  expect(all.get('unknown_fingerprint')).toBeGreaterThan(messagesPerTopic / 500);
  expect(all.get('event_time_out_of_range')).toBeGreaterThan(messagesPerTopic / 500);
});

test('each damaged JSON message is one row that decodes or one dead letter', async () => {
  const messages = fc
    .sample(anyEvent('page_view_events'), { numRuns: 200, seed: 7 })
    .map((event) => Buffer.from(`${JSON.stringify(event)}\n`));
  const fates = await feed('page_view_events', new JsonInspector('page_view_events', () => now), messages);
  expect(fates.filter((fate) => fate !== undefined)).toHaveLength(messagesPerTopic);
  const met = (fate: string) => fates.filter((other) => other === fate).length;
  const often = messagesPerTopic / 5;
  expect([met('row') > often, met('no_json') > often, met('malformed') > often / 100]).toEqual([
    true,
    true,
    true,
  ]);
});
