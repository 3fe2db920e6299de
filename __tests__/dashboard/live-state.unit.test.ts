import { topicNames, topics } from '../../runtime/contract/topics.ts';
import { goneAfterMs, mergeSnapshots } from '../../runtime/dashboard/live/live-state.ts';
import type { LiveSnapshot } from '../../runtime/lake/live-snapshot.ts';

const now = Date.UTC(2026, 2, 1);

function snapshot(part: Partial<LiveSnapshot>): LiveSnapshot {
  return {
    version: 1,
    instance: 'a',
    at: new Date(now).toISOString(),
    topics: {},
    listenersByState: {},
    sampled: false,
    plays: [],
    oldestUnacknowledgedMs: 0,
    ...part,
  };
}

const play = (song: string, at: number) => ({
  at: new Date(at).toISOString(),
  song,
  artist: 'Artist',
  city: 'Reno',
  state: 'NV',
  level: 'free',
});

/** The contract's topics of which nobody tells anything. */
const silentTopics = Object.fromEntries(
  topicNames.map((name) => [name, { title: topics[name].title, eventsPerSecond: 0, events: 0, lag: 0 }]),
);

test('every topic of the contract has its place under its title, whoever tells of it', () => {
  const { topics: shown } = mergeSnapshots([], now);
  expect(Object.keys(shown)).toEqual(topicNames);
  expect(shown).toEqual(silentTopics);
  const titles = topicNames.map((name) => topics[name].title);
  expect(new Set(titles.filter((title) => title.trim() !== '')).size).toBe(topicNames.length);
});

test('what instances see is added, the plays are sorted, the worst age counts', () => {
  const merged = mergeSnapshots(
    [
      snapshot({
        topics: { listen_events: { eventsPerSecond: 2, events: 10, lag: 1 } },
        listenersByState: { NV: 1, CA: 2 },
        plays: [play('Third', now - 1), play('First', now - 3)],
        oldestUnacknowledgedMs: 50,
      }),
      snapshot({
        instance: 'b',
        at: new Date(now - 1000).toISOString(),
        topics: {
          of_a_newer_consumer: { eventsPerSecond: 1, events: 1, lag: 1 },
          listen_events: { eventsPerSecond: 3, events: 5, lag: 0 },
        },
        listenersByState: { NV: 4 },
        sampled: true,
        plays: [play('Second', now - 2)],
        oldestUnacknowledgedMs: 70,
      }),
    ],
    now,
  );
  expect(merged).toEqual({
    at: new Date(now).toISOString(),
    instances: 2,
    topics: {
      ...silentTopics,
      listen_events: { title: 'Songs started', eventsPerSecond: 5, events: 15, lag: 1 },
      of_a_newer_consumer: { title: 'of_a_newer_consumer', eventsPerSecond: 1, events: 1, lag: 1 },
    },
    listenersByState: { NV: 5, CA: 2 },
    sampled: true,
    plays: [play('Third', now - 1), play('Second', now - 2), play('First', now - 3)],
    oldestUnacknowledgedMs: 70,
  });
});

test('an instance that has been silent for long does not count', () => {
  const silent = snapshot({ at: new Date(now - goneAfterMs - 1).toISOString(), listenersByState: { NV: 9 } });
  expect(mergeSnapshots([silent], now)).toMatchObject({ at: null, instances: 0, listenersByState: {} });
  const late = snapshot({ at: new Date(now - goneAfterMs).toISOString() });
  expect(mergeSnapshots([late], now).instances).toBe(1);
});
