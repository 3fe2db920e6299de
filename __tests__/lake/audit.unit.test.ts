import { MessageInspector } from '../../runtime/consumer/message-inspector.ts';
import { PartitionWriter } from '../../runtime/consumer/partition-writer.ts';
import { messageCodec } from '../../runtime/contract/message.ts';
import { auditLake } from '../../runtime/lake/audit.ts';
import { sweepOrphans } from '../../runtime/lake/sweep.ts';
import { listenEvent } from '../support/events.ts';
import { RecordingStore } from '../support/recording-store.ts';

const topic = 'listen_events';
const codec = messageCodec(topic);
const start = Date.UTC(2026, 10, 20, 5, 5);
const day = 86_400_000;

let store: RecordingStore;

beforeEach(async () => {
  store = new RecordingStore();
  const clock = () => start + 3_600_000;
  let runs = 0;
  const writer = new PartitionWriter({
    store,
    key: { log: 'c-g1', topic, partition: 3 },
    position: 0,
    instance: 'me',
    codec: 'deflate',
    clock,
    newRun: () => `run${++runs}`,
    inspector: new MessageInspector(topic, clock),
    settled: () => undefined,
    failed: (error) => {
      throw error;
    },
  });
  for (let offset = 0; offset < 30; offset++) {
    const damaged = offset % 7 === 3;
    const value = damaged
      ? Buffer.from('noise')
      : codec.encode(listenEvent({ ts: start + offset * 300_000 }));
    writer.append({ offset, timestamp: start, key: null, value });
    if (offset % 10 === 9) writer.rotate();
  }
  await writer.settle();
});

const audit = (contents = true) => auditLake(store, { contents });
const paths = (prefix: string) => [...store.objects.keys()].filter((path) => path.startsWith(prefix)).sort();
const change = (path: string, edit: (text: string) => string) =>
  store.objects.set(path, Buffer.from(edit(String(store.objects.get(path)))));

test('a sound lake has no faults, and its chains are counted', async () => {
  const { chains, faults, orphans } = await audit();
  expect(faults).toEqual([]);
  expect(orphans).toEqual({ objects: 0, bytes: 0 });
  expect(chains).toEqual([
    {
      log: 'c-g1',
      topic,
      partition: 3,
      commits: 3,
      from: 0,
      to: 30,
      rows: 26,
      deadLetters: 4,
      holeOffsets: 0,
    },
  ]);
});

const first = (prefix: string) => paths(prefix)[0] as string;

test.each<[string, () => void, RegExp]>([
  [
    'a commit record is gone',
    () => store.objects.delete(paths('_commits/')[1] as string),
    /starts at 20, the record before it ends at 10/,
  ],
  ['a data file is gone', () => store.objects.delete(first(`${topic}/`)), /is missing/],
  [
    'a bit of a data file flipped',
    () => {
      const content = store.objects.get(first(`${topic}/`)) as Buffer;
      content[content.length - 30] = (content[content.length - 30] as number) ^ 1;
    },
    /is not what was written/,
  ],
  ['dead letters are cut', () => change(first('_dead/'), (text) => text.slice(0, -20)), /has \d+ bytes/],
  [
    'a record says another number of rows',
    () => change(first('_commits/'), (text) => text.replace('"records": 9', '"records": 8')),
    /has 9 rows, its record says 8/,
  ],
  [
    'a record names the files of another',
    () => {
      const [one, other] = paths('_commits/') as [string, string, string];
      const { files } = JSON.parse(String(store.objects.get(one)));
      change(other, (text) => JSON.stringify({ ...JSON.parse(text), files }));
    },
    /is named by .* and by/,
  ],
  [
    'a file holds what is not of its record',
    () => change(first('_commits/'), (text) => text.replace('"nextOffset": 10', '"nextOffset": 9')),
    /holds partition 3 offset 9, expected partition 3 from 0 to before 9/,
  ],
  ['a record is no JSON', () => change(first('_commits/'), () => '{'), /is no JSON/],
])('it finds that %s', async (_, damage, expected) => {
  damage();
  const { faults } = await audit();
  expect(faults.some((fault) => expected.test(fault))).toBe(true);
});

test('a quick audit finds what is missing or has another size', async () => {
  store.objects.delete(first(`${topic}/`));
  change(first('_dead/'), (text) => `${text}\n`);
  expect((await audit(false)).faults).toHaveLength(2);
});

test('a sweep deletes what no record names, once it is old and its writer can no longer commit it', async () => {
  const orphan = (offset: number) =>
    `${topic}/dt=2026-11-20/hr=05/${topic}-p003-o${String(offset).padStart(20, '0')}-00000000-x.avro`;
  for (const offset of [10, 25, 30, 40]) store.objects.set(orphan(offset), Buffer.from('leftover'));
  const clock = () => day + 1;
  expect((await audit()).orphans).toEqual({ objects: 4, bytes: 32 });
  expect(await sweepOrphans(store, { clock: () => day - 1 })).toMatchObject({ deleted: [] });
  expect(await sweepOrphans(store, { clock, dryRun: true })).toMatchObject({ bytes: 16, kept: 2 });
  expect((await sweepOrphans(store, { clock })).deleted).toEqual([orphan(10), orphan(25)]);
  const { faults, orphans } = await audit();
  expect(faults).toEqual([]);
  expect(orphans.objects).toBe(2);
});
