import { MessageInspector } from '../../runtime/consumer/message-inspector.ts';
import { PartitionWriter } from '../../runtime/consumer/partition-writer.ts';
import { type RedriveProps, redrive } from '../../runtime/consumer/tools/redrive.ts';
import { messageCodec } from '../../runtime/contract/message.ts';
import type { RedriveLog, RedrivenMessage } from '../../runtime/kafka/redrive-log.ts';
import { listenEvent } from '../support/events.ts';
import { RecordingStore } from '../support/recording-store.ts';

const topic = 'listen_events';
const day = 86_400_000;
const writtenAt = Date.UTC(2026, 10, 20, 6);
const fromTheFuture = messageCodec(topic).encode(listenEvent({ ts: writtenAt + 3 * day }));

let store: RecordingStore;
let sent: RedrivenMessage[];
let failAfter: number;

const log: RedriveLog = {
  ends: async () => [{ partition: 0, end: 0 }],
  async send(_, messages) {
    for (const message of messages) {
      if (sent.length === failAfter) throw new Error('the broker is gone');
      sent.push(message);
    }
  },
  originsSince: async () => new Set(sent.map(({ origin }) => origin)),
  disconnect: async () => undefined,
};

beforeEach(async () => {
  store = new RecordingStore();
  sent = [];
  failAfter = Number.POSITIVE_INFINITY;
  const clock = () => writtenAt;
  const writer = new PartitionWriter({
    store,
    key: { log: 'c-g1', topic, partition: 2 },
    position: 0,
    instance: 'me',
    codec: 'null',
    clock,
    newRun: () => 'run1',
    inspector: new MessageInspector(topic, clock),
    settled: () => undefined,
    failed: (error) => {
      throw error;
    },
  });
  const values = [fromTheFuture, Buffer.from('noise'), fromTheFuture, Buffer.alloc(0)];
  for (const [offset, value] of values.entries()) {
    writer.append({ offset, timestamp: writtenAt, key: Buffer.from(`k${offset}`), value });
  }
  writer.rotate();
  await writer.settle();
});

function run(daysLater: number, changes: Partial<RedriveProps> = {}) {
  const clock = () => writtenAt + daysLater * day;
  const inspector = new MessageInspector(topic, clock);
  return redrive({
    store,
    log,
    topic,
    error: undefined,
    inspector,
    holder: 'test',
    clock,
    dryRun: false,
    ...changes,
  });
}

test('what would be a dead letter again stays; nothing is sent', async () => {
  expect(await run(0)).toEqual({ sent: 0, alreadySent: 0, stillDead: 4, incomplete: 0 });
  expect(sent).toEqual([]);
});

test('what is valid by now is sent once, with its key, bytes and origin', async () => {
  expect(await run(5)).toEqual({ sent: 2, alreadySent: 0, stillDead: 2, incomplete: 0 });
  expect(await run(5)).toEqual({ sent: 0, alreadySent: 2, stillDead: 2, incomplete: 0 });
  expect(sent).toEqual(
    [0, 2].map((offset) => ({
      key: Buffer.from(`k${offset}`),
      value: fromTheFuture,
      origin: `${topic}/2/${offset}`,
    })),
  );
});

test('a run that was cut off is finished by the next, and nothing is sent twice', async () => {
  failAfter = 1;
  await expect(run(5)).rejects.toThrow('the broker is gone');
  failAfter = Number.POSITIVE_INFINITY;
  expect(await run(5)).toMatchObject({ sent: 1, alreadySent: 2 });
  expect(sent.map(({ origin }) => origin)).toEqual([`${topic}/2/0`, `${topic}/2/2`]);
});

test('a dry run says what it would send and does nothing', async () => {
  const objects = store.objects.size;
  expect(await run(5, { dryRun: true })).toMatchObject({ sent: 2 });
  expect([sent.length, store.objects.size]).toEqual([0, objects]);
});

test('only the letters of a named error are sent', async () => {
  expect(await run(5, { error: 'no_schema_header' })).toEqual({
    sent: 0,
    alreadySent: 0,
    stillDead: 1,
    incomplete: 0,
  });
});

test('of two runs at once one sends, the other says who is at it; a dry run may look on', async () => {
  const letGo = Promise.withResolvers<void>();
  const slow: RedriveLog = {
    ...log,
    async send(...args) {
      await letGo.promise;
      await log.send(...args);
    },
  };
  const first = run(5, { log: slow, holder: 'first' });
  await expect(run(5, { holder: 'second' })).rejects.toMatchObject({
    code: 'redrive_locked',
    message: expect.stringContaining('first is redriving'),
  });
  expect(await run(5, { dryRun: true })).toMatchObject({ alreadySent: 0 });
  letGo.resolve();
  expect(await first).toMatchObject({ sent: 2 });
  expect(sent).toHaveLength(2);
  expect(await run(5)).toMatchObject({ sent: 0, alreadySent: 2 });
});

test('a run that lost its right to a later one sends no more', async () => {
  let now = writtenAt + 5 * day;
  const clock = () => now;
  const slow: RedriveLog = {
    ...log,
    async ends() {
      now += day;
      return [{ partition: 0, end: 0 }];
    },
  };
  await expect(run(5, { log: slow, clock })).rejects.toMatchObject({ code: 'redrive_locked' });
  expect(sent).toEqual([]);
});
