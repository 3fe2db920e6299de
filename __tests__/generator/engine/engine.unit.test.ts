import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addCounts,
  type Engine,
  noEvents,
  type TopicCounts,
  totalOf,
} from '../../../runtime/generator/engine/engine.ts';
import { InlineEngine } from '../../../runtime/generator/engine/inline.ts';
import type { EngineProps } from '../../../runtime/generator/engine/part.ts';
import { SnapshotStore } from '../../../runtime/generator/engine/snapshot.ts';
import { divideShards, ThreadedEngine } from '../../../runtime/generator/engine/threads.ts';
import { simulatedTopics } from '../../../runtime/generator/simulated-topics.ts';
import { partsOf, piecesOf } from '../../../runtime/generator/sinks/json-files.ts';
import { LocalDiskStore } from '../../../runtime/lake/local-disk-store.ts';
import { settings } from '../support.ts';

const props: EngineProps = {
  settings: settings({ growthRate: 20 }),
  tag: null,
  catalogue: { type: 'synthetic', size: 500 },
  formats: ['json'],
};

function inline(states?: Parameters<typeof ThreadedEngine.start>[2]): InlineEngine {
  return new InlineEngine({ ...props, shards: divideShards(1).flat(), ...(states ? { states } : {}) });
}

/** All lines from where the engine is to the end of the second day, topic after topic. */
async function linesOf(engine: Engine): Promise<string> {
  const texts = new Map<string, string>();
  while (engine.now < 2 * 86_400) {
    const slice = await engine.advance(engine.now + 21_600);
    for (const topic of simulatedTopics) {
      const pieces = piecesOf(partsOf(slice.encoded.json, topic));
      texts.set(topic, (texts.get(topic) ?? '') + Buffer.concat(pieces).toString());
    }
    engine.release(slice);
  }
  await engine.close();
  return simulatedTopics.map((topic) => texts.get(topic)).join('');
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'beatflow-engine-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('shards are divided without gaps or repeats', () => {
  for (const parts of [1, 2, 3, 7, 64]) {
    expect(divideShards(parts).flat()).toEqual(Array.from({ length: 64 }, (_, shard) => shard));
    expect(divideShards(parts).every(({ length }) => length > 0)).toBe(true);
  }
});

test('every topic that is encoded is counted, and counts in the total', async () => {
  const engine = inline();
  const { counts, encoded } = await engine.advance(14 * 86_400);
  await engine.close();
  const written = (encoded.json ?? []).flat();
  const expected = Object.fromEntries(
    [...Map.groupBy(written, ({ topic }) => topic)].map(([topic, parts]) => [
      topic,
      parts.reduce((sum, { count }) => sum + count, 0),
    ]),
  );
  expect(Object.values(expected).every((count) => count > 0)).toBe(true);
  expect(counts).toEqual(expected);
  expect(totalOf(counts)).toBe(written.reduce((sum, { count }) => sum + count, 0));
});

test('a topic that is newer than a checkpoint counts from 0', () => {
  const { auth_events: _, ...older } = { ...noEvents, listen_events: 2 };
  const sum = addCounts(older as TopicCounts, { ...noEvents, listen_events: 1, auth_events: 3 });
  expect(sum).toEqual({ ...noEvents, listen_events: 3, auth_events: 3 });
  expect(totalOf(older as TopicCounts)).toBe(2);
});

test('one thread and one, two and four workers write the same bytes', async () => {
  const expected = await linesOf(inline());
  expect(expected.split('\n').length).toBeGreaterThan(1000);
  for (const workers of [1, 2, 4]) {
    expect((await linesOf(await ThreadedEngine.start(props, workers))) === expected).toBe(true);
  }
});

test('a snapshot goes on as if nothing had been, with another number of workers as well', async () => {
  const snapshots = new SnapshotStore(new LocalDiskStore(folder), 'run');
  const engine = inline();
  await engine.advance(40_000);
  await snapshots.save(engine);
  await engine.advance(86_400);
  const rest = await linesOf(engine);
  const states = await snapshots.load(50_000);
  const restored = inline(states);
  expect(restored.now).toBe(40_000);
  await restored.replay(86_400);
  expect((await linesOf(restored)) === rest).toBe(true);
  const threaded = await ThreadedEngine.start(props, 2, states);
  await threaded.replay(86_400);
  expect((await linesOf(threaded)) === rest).toBe(true);
});

test('of two snapshots only the later one stays, and one of the future or of another run is not used', async () => {
  const snapshots = new SnapshotStore(new LocalDiskStore(folder), 'run');
  const engine = inline();
  await engine.advance(1000);
  await snapshots.save(engine);
  await engine.advance(2000);
  await snapshots.save(engine);
  expect(await snapshots.load(1500)).toBeUndefined();
  expect((await snapshots.load(2000))?.[0]?.now).toBe(2000);
  const others = new SnapshotStore(new LocalDiskStore(folder), 'another');
  expect(await others.load(2000)).toBeUndefined();
});

test('a worker that fails says why', async () => {
  const broken = { ...props, catalogue: { type: 'file', path: join(folder, 'none') } } as const;
  await expect(ThreadedEngine.start(broken, 2)).rejects.toThrow(/song list .*none cannot be read/);
});
