import { MessageInspector } from '../../runtime/consumer/message-inspector.ts';
import { type CommitOutcome, PartitionWriter } from '../../runtime/consumer/partition-writer.ts';
import { messageCodec } from '../../runtime/contract/message.ts';
import { type CommitRecord, encodeCommitRecord, recordsIn } from '../../runtime/lake/commit-record.ts';
import { commitPath } from '../../runtime/lake/paths.ts';
import { listenEvent } from '../support/events.ts';
import { RecordingStore } from '../support/recording-store.ts';

const key = { log: 'c-g1', topic: 'listen_events', partition: 3 };
const codec = messageCodec('listen_events');
const fivePast = Date.UTC(2026, 10, 20, 5, 5);
const hour = 3_600_000;

let now: number;
let store: RecordingStore;
let actions: string[];
let outcomes: CommitOutcome[];
let failures: Error[];

beforeEach(() => {
  now = Date.UTC(2026, 10, 20, 6);
  store = new RecordingStore();
  actions = store.actions;
  outcomes = [];
  failures = [];
});

function newWriter(position = 100, instance = 'me'): PartitionWriter {
  let runs = 0;
  return new PartitionWriter({
    store,
    key,
    position,
    instance,
    codec: 'deflate',
    clock: () => now,
    newRun: () => `run${++runs}`,
    inspector: new MessageInspector('listen_events', () => now),
    settled(outcome) {
      outcomes.push(outcome);
      if (outcome.kind === 'committed') actions.push(`offset ${outcome.record.nextOffset}`);
    },
    failed: (error) => failures.push(error),
  });
}

const event = (offset: number, ts = fivePast) => ({
  offset,
  timestamp: 0,
  key: null,
  value: codec.encode(listenEvent({ ts })),
});
const damaged = (offset: number) => ({ offset, timestamp: 0, key: null, value: Buffer.from('?') });

test('data, then dead letters, then the commit record, then the offset', async () => {
  const writer = newWriter();
  for (const record of [event(100), event(101, fivePast - hour), damaged(102)]) writer.append(record);
  writer.rotate();
  await writer.settle();
  const digits = '00000000000000000100';
  const print = outcomes[0]?.kind === 'committed' ? outcomes[0].record.files[0]?.fingerprint.slice(0, 8) : '';
  expect(actions).toEqual([
    `create listen_events/dt=2026-11-20/hr=04/listen_events-p003-o${digits}-${print}-run1.avro`,
    `create listen_events/dt=2026-11-20/hr=05/listen_events-p003-o${digits}-${print}-run1.avro`,
    `create _dead/listen_events/listen_events-p003-o${digits}-run1.jsonl`,
    `create _commits/c-g1/listen_events/p003/${digits}.json`,
    'offset 103',
  ]);
});

test('a record says what its files hold, and in = good + dead', async () => {
  const writer = newWriter();
  for (const record of [event(100), event(105, fivePast + 1), damaged(106)]) writer.append(record);
  writer.rotate();
  await writer.settle();
  const record = (outcomes[0] as { record: CommitRecord }).record;
  expect(record).toMatchObject({ startOffset: 100, nextOffset: 107, hole: null, writer: 'me', run: 'run1' });
  expect(record.files).toMatchObject([
    {
      hour: '2026-11-20T05',
      records: 2,
      minEventTime: '2026-11-20T05:05:00.000Z',
      maxEventTime: '2026-11-20T05:05:00.001Z',
    },
  ]);
  expect(record.deadLetters).toMatchObject({ records: 1 });
  expect(recordsIn(record)).toBe(2);
});

test('records of one partition are created in order although the later segment is ready first', async () => {
  const writer = newWriter();
  const gate = Promise.withResolvers<void>();
  store.beforeCreate = (path) =>
    path.startsWith('listen_events/') && path.includes('o00000000000000000100') ? gate.promise : undefined;
  writer.append(event(100));
  writer.rotate();
  writer.append(event(101));
  writer.rotate();
  gate.resolve();
  await writer.settle();
  expect(actions.filter((action) => action.includes('_commits') || action.startsWith('offset'))).toEqual([
    `create ${commitPath(key.log, key.topic, key.partition, 100)}`,
    'offset 101',
    `create ${commitPath(key.log, key.topic, key.partition, 101)}`,
    'offset 102',
  ]);
});

test.each(['data file', 'dead letters', 'commit record'])(
  'no offset is committed when the %s cannot be stored',
  async (what) => {
    const prefix = { 'data file': 'listen_events/', 'dead letters': '_dead/', 'commit record': '_commits/' }[
      what
    ] as string;
    store.beforeCreate = (path) => {
      if (path.startsWith(prefix)) throw new Error(`no room for the ${what}`);
    };
    const writer = newWriter();
    writer.append(event(100));
    writer.append(damaged(101));
    writer.rotate();
    await writer.settle();
    expect(failures.map(({ message }) => message)).toEqual([`no room for the ${what}`]);
    expect(outcomes).toEqual([]);
    expect(actions.filter((action) => action.includes('_commits'))).toEqual([]);
  },
);

test('a record that is there because our own response was lost is ours', async () => {
  const writer = newWriter();
  store.beforeCreate = (path) => {
    // The store took the first attempt, the answer was lost, and the client repeats it.
    if (path.startsWith('_commits/')) store.objects.set(path, encodeCommitRecord(ours));
  };
  writer.append(event(100));
  const ours = { ...record(100, 101), writer: 'me', run: 'run1' };
  writer.rotate();
  await writer.settle();
  expect(outcomes).toMatchObject([{ kind: 'committed', record: { nextOffset: 101 } }]);
});

test('another writer’s record wins: the buffer is dropped, the segment behind it too', async () => {
  const writer = newWriter();
  const path = commitPath(key.log, key.topic, key.partition, 100);
  store.objects.set(path, encodeCommitRecord({ ...record(100, 150), writer: 'other', run: 'run1' }));
  writer.append(event(100));
  writer.rotate();
  writer.append(event(101));
  writer.rotate();
  await writer.settle();
  expect(outcomes).toMatchObject([{ kind: 'lost', winner: { nextOffset: 150, writer: 'other' } }]);
  expect(actions.filter((action) => action.startsWith('create _commits'))).toEqual([]);
  writer.append(event(102));
  expect(writer.heldBytes).toBe(0);
});

test('files that waited an hour for their record are uploaded again under another name', async () => {
  const writer = newWriter();
  store.afterCreate = (path) => {
    if (path.endsWith('run1.avro')) now += hour + 1;
  };
  writer.append(event(100));
  writer.rotate();
  await writer.settle();
  expect(outcomes).toMatchObject([{ kind: 'committed', record: { run: 'run2' } }]);
  expect((outcomes[0] as { record: CommitRecord }).record.files[0]?.path).toMatch(/run2\.avro$/);
});

test('after a drop nothing more is committed, what is under way included', async () => {
  const writer = newWriter();
  const gate = Promise.withResolvers<void>();
  store.beforeCreate = () => gate.promise;
  writer.append(event(100));
  writer.rotate();
  writer.drop();
  gate.resolve();
  await writer.settle();
  expect(actions.filter((action) => action.includes('_commits'))).toEqual([]);
  expect(outcomes).toEqual([]);
  expect(failures).toEqual([]);
});

test('offsets that are already in hand are passed over', async () => {
  const writer = newWriter();
  for (const offset of [100, 101, 100, 101, 102, 99]) writer.append(event(offset));
  writer.rotate();
  await writer.settle();
  expect(recordsIn((outcomes[0] as { record: CommitRecord }).record)).toBe(3);
});

function record(startOffset: number, nextOffset: number): CommitRecord {
  return {
    version: 1,
    ...key,
    startOffset,
    nextOffset,
    files: [],
    deadLetters: null,
    hole: null,
    writer: '',
    run: '',
    committedAt: new Date(0).toISOString(),
  };
}
