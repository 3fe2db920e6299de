import { LiveStatistics } from '../../runtime/consumer/live-statistics.ts';
import { messageCodec } from '../../runtime/contract/message.ts';
import type { EventOf } from '../../runtime/contract/topics.ts';
import type { LogRecord, RecordBatch } from '../../runtime/kafka/record-batch.ts';
import { decodeLiveSnapshot, encodeLiveSnapshot } from '../../runtime/lake/live-snapshot.ts';
import { nulls } from '../support/topics.ts';

const codec = messageCodec('listen_events');
const start = Date.UTC(2026, 2, 1, 12);

function listen(part: Partial<EventOf<'listen_events'>>): EventOf<'listen_events'> {
  return {
    ...nulls('listen_events'),
    ts: start,
    sessionId: 1,
    itemInSession: 0,
    level: 'free',
    auth: 'Logged In',
    city: 'Reno',
    zip: '89501',
    state: 'NV',
    lon: -119.8,
    lat: 39.5,
    userAgent: 'agent',
    userId: 1,
    artist: 'Artist',
    song: 'Song',
    duration: 200,
    ...part,
  };
}

const record = (offset: number, value: Buffer | null): LogRecord => ({
  offset,
  timestamp: start,
  key: null,
  value,
});

function batch(part: Partial<RecordBatch>): RecordBatch {
  const records = part.records ?? [];
  return {
    topic: 'listen_events',
    partition: 0,
    fetchedOffset: 0,
    inOrder: true,
    records,
    endOffset: (records.at(-1)?.offset ?? -1) + 1,
    ...part,
  };
}

/** Statistics under a clock that the test moves. */
function underClock() {
  const clock = { now: start };
  return { clock, statistics: new LiveStatistics('consumer-1', () => clock.now) };
}

test('the rate is what the last ten whole seconds brought, and fades to nothing', () => {
  const { clock, statistics } = underClock();
  for (let second = 0; second < 10; second += 1) {
    clock.now = start + second * 1000;
    statistics.batchRead(
      batch({ topic: 'auth_events', records: [record(second, null), record(second, null)] }),
    );
  }
  clock.now = start + 10_000;
  expect(statistics.snapshot(0).topics.auth_events).toMatchObject({ eventsPerSecond: 2, events: 20 });
  clock.now = start + 15_000;
  expect(statistics.snapshot(0).topics.auth_events?.eventsPerSecond).toBe(1);
  clock.now = start + 60_000;
  expect(statistics.snapshot(0).topics.auth_events).toMatchObject({ eventsPerSecond: 0, events: 20 });
});

test('the lag is what each partition has left, over all partitions', () => {
  const { statistics } = underClock();
  statistics.batchRead(
    batch({ topic: 'auth_events', partition: 0, records: [record(4, null)], endOffset: 10 }),
  );
  statistics.batchRead(
    batch({ topic: 'auth_events', partition: 1, records: [record(7, null)], endOffset: 8 }),
  );
  expect(statistics.snapshot(0).topics.auth_events?.lag).toBe(5);
  statistics.batchRead(
    batch({ topic: 'auth_events', partition: 0, records: [record(9, null)], endOffset: 10 }),
  );
  expect(statistics.snapshot(0).topics.auth_events?.lag).toBe(0);
});

test('plays are shown newest first, and a listener counts once, in the last state, for five minutes', () => {
  const { clock, statistics } = underClock();
  const plays = [
    listen({ song: 'One', userId: 1, state: 'NV' }),
    listen({ song: 'Two', userId: 2, state: 'CA', ts: start + 1 }),
    listen({ song: 'Three', userId: 1, state: 'CA', ts: start + 2 }),
    listen({ song: 'Guest', userId: null, state: 'TX', ts: start + 3 }),
  ];
  statistics.batchRead(batch({ records: plays.map((play, offset) => record(offset, codec.encode(play))) }));
  const snapshot = statistics.snapshot(0);
  expect(snapshot.plays.map(({ song }) => song)).toEqual(['Guest', 'Three', 'Two', 'One']);
  expect(snapshot.plays[1]).toEqual({
    at: new Date(start + 2).toISOString(),
    song: 'Three',
    artist: 'Artist',
    city: 'Reno',
    state: 'CA',
    level: 'free',
  });
  expect(snapshot.listenersByState).toEqual({ CA: 2 });
  expect(snapshot.sampled).toBe(false);
  clock.now = start + 300_001;
  expect(statistics.snapshot(0).listenersByState).toEqual({});
});

test('a stream too fast to look at whole is sampled, says so, and is still counted whole', () => {
  const { statistics } = underClock();
  const records = Array.from({ length: 2000 }, (_, offset) =>
    record(offset, codec.encode(listen({ userId: offset, song: `Song ${offset}` }))),
  );
  statistics.batchRead(batch({ records }));
  const snapshot = statistics.snapshot(0);
  expect(snapshot.sampled).toBe(true);
  expect(snapshot.listenersByState).toEqual({ NV: 500 });
  expect(snapshot.plays[0]?.song).toBe('Song 1999');
  expect(snapshot.topics.listen_events?.events).toBe(2000);
});

test('plays of a topic whose messages are JSON are shown like others', () => {
  const statistics = new LiveStatistics('consumer-1', () => start, new Set(['listen_events']));
  const lines = [
    JSON.stringify(listen({ song: 'BjÃ¶rk', userId: 3, state: 'WA' })),
    'noise',
    `${JSON.stringify({ ...listen({ song: 'Last', userId: 4, state: 'WA' }), tag: undefined })}\n`,
  ];
  statistics.batchRead(batch({ records: lines.map((line, offset) => record(offset, Buffer.from(line))) }));
  const snapshot = statistics.snapshot(0);
  expect(snapshot.plays.map(({ song }) => song)).toEqual(['Last', 'Björk']);
  expect(snapshot.listenersByState).toEqual({ WA: 2 });
  expect(snapshot.topics.listen_events?.events).toBe(3);
});

test('damaged messages are counted and not shown', () => {
  const { statistics } = underClock();
  const good = codec.encode(listen({ song: 'Good' }));
  const records = [null, Buffer.alloc(0), Buffer.from('noise'), good.subarray(0, 30), good].map(
    (value, offset) => record(offset, value),
  );
  statistics.batchRead(batch({ records }));
  const snapshot = statistics.snapshot(0);
  expect(snapshot.plays.map(({ song }) => song)).toEqual(['Good']);
  expect(snapshot.topics.listen_events?.events).toBe(5);
});

test('a snapshot reads back as it was written; what is none is undefined', () => {
  const { statistics } = underClock();
  statistics.batchRead(batch({ records: [record(0, codec.encode(listen({})))] }));
  const snapshot = statistics.snapshot(1234);
  expect(decodeLiveSnapshot(encodeLiveSnapshot(snapshot))).toEqual(snapshot);
  expect(decodeLiveSnapshot('{')).toBeUndefined();
  expect(decodeLiveSnapshot('{"version":2}')).toBeUndefined();
});
