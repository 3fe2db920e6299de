import { JsonInspector, MessageInspector } from '../../runtime/consumer/message-inspector.ts';
import { simulatedTopics } from '../../runtime/generator/simulated-topics.ts';
import { monday, settings, simulate } from '../generator/support.ts';

const clock = () => monday + 30 * 86_400_000;
const ours = simulate({ settings: settings({ users: 1000 }), days: 7 });
const compatible = simulate({
  settings: settings({ users: 1000, eventsimCompat: true }),
  days: 7,
  formats: ['json'],
});

test.each(simulatedTopics)(
  'what the generator writes to %s goes to the lake, as Avro or as JSON the same',
  (topic) => {
    const messages = ours.messages.get(topic) ?? [];
    const lines = ours.lines.get(topic) ?? [];
    expect(messages.length).toBeGreaterThan(5);
    expect(lines).toHaveLength(messages.length);
    const avro = new MessageInspector(topic, clock);
    const json = new JsonInspector(topic, clock);
    for (const [index, message] of messages.entries()) {
      const fromAvro = avro.inspect(message);
      const fromJson = json.inspect(lines[index] as Buffer);
      if (!fromAvro.valid) throw new Error(`message ${index}: ${fromAvro.error}: ${fromAvro.detail}`);
      if (!fromJson.valid) throw new Error(`line ${index}: ${fromJson.error}: ${fromJson.detail}`);
      const rows = [fromAvro, fromJson].map(({ datum, start, end }) => datum.toString('latin1', start, end));
      if (rows[0] !== rows[1]) expect(fromJson).toEqual(fromAvro);
      if (fromJson.eventTime !== fromAvro.eventTime) expect(fromJson).toEqual(fromAvro);
      if (fromJson.writer.fingerprint !== fromAvro.writer.fingerprint) expect(fromJson).toEqual(fromAvro);
    }
  },
);

test.each(simulatedTopics)('what the generator writes as Eventsim would goes to the lake of %s', (topic) => {
  const lines = compatible.lines.get(topic) ?? [];
  expect(lines.length).toBeGreaterThan(5);
  const inspector = new JsonInspector(topic, clock);
  const refused = lines.map((line) => inspector.inspect(line)).filter(({ valid }) => !valid);
  expect(refused).toEqual([]);
});
