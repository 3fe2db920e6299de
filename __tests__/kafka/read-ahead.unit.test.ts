import { FetchOrder } from '../../runtime/kafka/fetch-order.ts';
import { ReadAhead } from '../../runtime/kafka/read-ahead.ts';
import type { RecordBatch } from '../../runtime/kafka/record-batch.ts';

const value = Buffer.alloc(100);

/** Two records of 100 bytes from an offset on. */
const batch = (from: number, partition = 0): RecordBatch => ({
  topic: 't',
  partition,
  fetchedOffset: from,
  inOrder: true,
  endOffset: 1000,
  records: [from, from + 1].map((offset) => ({ offset, timestamp: 0, key: null, value })),
});

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A read-ahead whose handler waits until the test lets it go on. */
function reading(maxBytes = 500) {
  const handled: string[] = [];
  const jumps: [number, number][] = [];
  const failures: Error[] = [];
  const waiting: { readonly batch: RecordBatch; answer(next: number | undefined): void }[] = [];
  const ahead = new ReadAhead({
    handle: (one) =>
      new Promise((resolve) => {
        handled.push(`${one.partition}/${one.fetchedOffset}`);
        waiting.push({ batch: one, answer: resolve });
      }),
    jump: ({ partition }, offset) => jumps.push([partition, offset]),
    failed: (error) => failures.push(error),
    maxBytes,
    yieldTurn: async () => undefined,
  });
  const goOn = async (next?: (batch: RecordBatch) => number | undefined) => {
    await settled();
    const one = waiting.shift();
    one?.answer(next ? next(one.batch) : one.batch.fetchedOffset + 2);
    await settled();
  };
  return { ahead, handled, jumps, failures, goOn };
}

test('the batches of a partition are handled in order and one at a time, partitions side by side', async () => {
  const { ahead, handled, goOn } = reading(10_000);
  for (const one of [batch(0), batch(2), batch(0, 1), batch(4)]) ahead.push(one);
  await settled();
  expect(handled).toEqual(['0/0', '1/0']);
  await goOn();
  expect(handled).toEqual(['0/0', '1/0', '0/2']);
  await goOn();
  await goOn();
  expect(handled).toEqual(['0/0', '1/0', '0/2', '0/4']);
});

test('who brings more than there is room for waits until enough was handled', async () => {
  const { ahead, goOn } = reading(500);
  expect(ahead.push(batch(0))).toBeUndefined();
  expect(ahead.push(batch(2))).toBeUndefined();
  let room = false;
  void ahead.push(batch(4))?.then(() => {
    room = true;
  });
  await settled();
  expect(room).toBe(false);
  await goOn();
  expect(room).toBe(true);
});

test('what waits of a partition is forgotten when it is sought, and so is the say of what is being handled', async () => {
  const { ahead, handled, jumps, goOn } = reading();
  for (const one of [batch(0), batch(2), batch(0, 1)]) ahead.push(one);
  await settled();
  ahead.forget({ topic: 't', partition: 0 });
  await goOn(() => 77);
  await goOn();
  await goOn();
  expect(handled).toEqual(['0/0', '1/0']);
  expect(jumps).toEqual([]);
});

test('a handler that wants another offset gets none of what was fetched ahead', async () => {
  const { ahead, handled, jumps, goOn } = reading();
  ahead.push(batch(5));
  ahead.push(batch(7));
  await goOn(() => 3);
  await goOn();
  expect(handled).toEqual(['0/5']);
  expect(jumps).toEqual([[0, 3]]);
});

test('forgetting all makes room, and it is idle when the last handler is done', async () => {
  const { ahead, goOn } = reading(100);
  const room = ahead.push(batch(0));
  const more = ahead.push(batch(2));
  await settled();
  ahead.forgetAll();
  let idle = false;
  const waited = ahead.idle().then(() => {
    idle = true;
  });
  await settled();
  expect(idle).toBe(false);
  await goOn();
  await Promise.all([room, more, waited]);
});

test('a handler that fails is told', async () => {
  const failures: Error[] = [];
  const ahead = new ReadAhead({
    handle: () => Promise.reject(new Error('broken')),
    jump: () => undefined,
    failed: (error) => failures.push(error),
    maxBytes: 100,
    yieldTurn: async () => undefined,
  });
  await ahead.push(batch(0));
  expect(failures).toEqual([new Error('broken')]);
});

test('only what comes from where the partition was sent is in order, and all after it', () => {
  const order = new FetchOrder();
  const partition = { topic: 't', partition: 0 };
  expect(order.fetched(partition, 0)).toBe(false);
  order.sentTo(partition, 10);
  expect([4, 10, 12].map((offset) => order.fetched(partition, offset))).toEqual([false, true, true]);
  order.sentTo(partition, 5);
  expect([14, 5].map((offset) => order.fetched(partition, offset))).toEqual([false, true]);
  order.forgetAll();
  expect(order.fetched(partition, 7)).toBe(false);
});
