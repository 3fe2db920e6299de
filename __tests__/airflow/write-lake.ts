/**
 * `node write-lake.ts FOLDER HOUR`: adds an hour of simulated events (Monday, 2026-03-02) to a lake, written by the
 * consumer's own code. Hours must come in their order.
 */
import { MessageInspector } from '../../runtime/consumer/message-inspector.ts';
import { PartitionWriter } from '../../runtime/consumer/partition-writer.ts';
import { hourMs } from '../../runtime/contract/durations.ts';
import { messageCodec } from '../../runtime/contract/message.ts';
import { topicNames } from '../../runtime/contract/topics.ts';
import { chainTail } from '../../runtime/lake/commit-chain.ts';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';
import { parseHour } from '../../runtime/lake/paths.ts';
import { simulate } from '../generator/support.ts';

const [folder = '', hour = ''] = process.argv.slice(2);
const store = new LocalDiskStore(folder);
const begin = parseHour(hour);
const { messages } = simulate({ days: 1, formats: ['avro'] });

for (const topic of topicNames) {
  const codec = messageCodec(topic);
  const values = (messages.get(topic) ?? []).filter((value) => {
    const { ts } = codec.decode(value);
    return ts >= begin && ts < begin + hourMs;
  });
  if (values.length === 0) continue;
  const key = { log: 'c-g1', topic, partition: 0 };
  let offset = (await chainTail(store, key))?.nextOffset ?? 0;
  const committed = Promise.withResolvers<void>();
  const clock = () => begin + hourMs;
  const writer = new PartitionWriter({
    store,
    key,
    position: offset,
    instance: 'test',
    codec: 'deflate',
    clock,
    newRun: () => `run${offset}`,
    inspector: new MessageInspector(topic, clock),
    settled: () => committed.resolve(),
    failed: committed.reject,
  });
  for (const value of values) writer.append({ offset: offset++, timestamp: begin, key: null, value });
  writer.rotate();
  await committed.promise;
}
