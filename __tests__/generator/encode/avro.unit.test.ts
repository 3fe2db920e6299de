import { messageCodec } from '../../../runtime/contract/message.ts';
import { simulatedTopics } from '../../../runtime/generator/simulated-topics.ts';
import { settings, simulate } from '../support.ts';

const run = simulate({ settings: settings({ users: 1000, growthRate: 20 }), tag: 'a tag', days: 3 });

test.each(simulatedTopics)('%s messages are what the contract’s codec writes, byte for byte', (topic) => {
  const codec = messageCodec(topic);
  const messages = run.messages.get(topic) ?? [];
  expect(messages.length).toBeGreaterThan(0);
  const different = messages.filter((message) => !codec.encode(codec.decode(message)).equals(message));
  expect(different).toEqual([]);
});

test.each(simulatedTopics)('%s holds the same events in Avro and in JSON', (topic) => {
  const codec = messageCodec(topic);
  const decoded = (run.messages.get(topic) ?? []).map((message) => codec.decode(message));
  const withoutNulls = decoded.map((event) =>
    Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null)),
  );
  expect(run.events.get(topic)).toEqual(withoutNulls);
});

test('zip codes keep their leading zeros', () => {
  const zips = (run.events.get('page_view_events') ?? []).map(({ zip }) => String(zip));
  expect(zips.some((zip) => zip.startsWith('0'))).toBe(true);
  expect(zips.every((zip) => /^\d{5}$/.test(zip))).toBe(true);
});

test('a change of level says what it leads to', () => {
  const changes = run.events.get('status_change_events') ?? [];
  expect(changes.length).toBeGreaterThan(0);
  for (const { level, newLevel } of changes) expect([level, newLevel].sort()).toEqual(['free', 'paid']);
});
