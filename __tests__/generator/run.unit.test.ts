import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { CheckpointStore, resume } from '../../runtime/generator/checkpoint.ts';
import { type Engine, noEvents, type Slice } from '../../runtime/generator/engine/engine.ts';
import { type Progress, type RunProps, runWindow } from '../../runtime/generator/run.ts';
import type { Sink } from '../../runtime/generator/sinks/sink.ts';
import { LocalDiskStore } from '../../runtime/lake/local-disk-store.ts';

/** An engine that has one page view a second and writes down what is asked of it. */
class ScriptedEngine implements Engine {
  now: number;
  readonly #actions: string[];

  constructor(actions: string[], now = 0) {
    this.#actions = actions;
    this.now = now;
  }

  async advance(until: number): Promise<Slice> {
    this.#actions.push(`advance ${until}`);
    const from = this.now;
    this.now = until;
    const counts = { ...noEvents, page_view_events: until - from };
    return { from, until, encoded: {}, counts, users: 1, sessions: 1 };
  }

  release({ until }: Slice): void {
    this.#actions.push(`release ${until}`);
  }

  async replay(): Promise<void> {}

  async *save(): AsyncGenerator<never> {}

  async close(): Promise<void> {}
}

function sink(actions: string[], write: (slice: Slice) => Promise<void> = async () => {}): Sink {
  return {
    format: 'json',
    write: async (slice) => {
      actions.push(`write ${slice.until}`);
      await write(slice);
    },
    position: () => ({}),
    close: async () => {},
  };
}

function propsOf(actions: string[], overrides: Partial<RunProps>): RunProps {
  return {
    engine: new ScriptedEngine(actions),
    sinks: [sink(actions)],
    startMs: 0,
    endMs: 200_000,
    waitForTheClock: false,
    events: noEvents,
    stop: new AbortController().signal,
    safe: async ({ safeUntil }: Progress) => {
      actions.push(`safe ${safeUntil}`);
    },
    caughtUp: ({ page_view_events }) => actions.push(`caught up ${page_view_events}`),
    rest: async () => {
      actions.push('rest');
    },
    clock: () => 0,
    ...overrides,
  };
}

afterEach(() => {
  jest.useRealTimers();
});

test('a slice is written while the next one is simulated, and safe before the next one is written', async () => {
  const actions: string[] = [];
  const events = await runWindow(propsOf(actions, {}));
  expect(actions).toEqual([
    'advance 60',
    'write 60',
    'advance 200',
    'release 60',
    'safe 60',
    'write 200',
    'release 200',
    'safe 200',
    'caught up 200',
    'rest',
  ]);
  expect(events.page_view_events).toBe(200);
});

test('what a sink does not take is not safe', async () => {
  const actions: string[] = [];
  const failing = sink(actions, async () => {
    throw new Error('disk full');
  });
  await expect(runWindow(propsOf(actions, { sinks: [sink(actions), failing] }))).rejects.toThrow('disk full');
  expect(actions).toEqual(['advance 60', 'write 60', 'write 60', 'advance 200']);
});

test('a stop ends after the slice that is being written', async () => {
  const actions: string[] = [];
  const stop = new AbortController();
  const stopping = sink(actions, async () => stop.abort());
  await runWindow(propsOf(actions, { sinks: [stopping], stop: stop.signal }));
  expect(actions).toEqual(['advance 60', 'write 60', 'release 60', 'safe 60', 'rest']);
});

test('a stop gives up on a sink that does not answer; the slice is not safe and no snapshot is taken', async () => {
  jest.useFakeTimers();
  const actions: string[] = [];
  const stop = new AbortController();
  const silent = sink(actions, () => new Promise(() => {}));
  const running = runWindow(propsOf(actions, { sinks: [silent], stop: stop.signal }));
  await jest.advanceTimersByTimeAsync(60_000);
  expect(actions).toEqual(['advance 60', 'write 60', 'advance 200']);
  stop.abort();
  await jest.advanceTimersByTimeAsync(5000);
  await running;
  expect(actions).toEqual(['advance 60', 'write 60', 'advance 200']);
});

test('live, it follows the clock second by second and says once that the past is safe', async () => {
  jest.useFakeTimers({ now: 90_500 });
  const actions: string[] = [];
  const stop = new AbortController();
  const progress: Progress[] = [];
  const running = runWindow(
    propsOf(actions, {
      waitForTheClock: true,
      endMs: undefined,
      stop: stop.signal,
      clock: Date.now,
      safe: async (report) => {
        progress.push(report);
      },
    }),
  );
  await jest.advanceTimersByTimeAsync(3000);
  stop.abort();
  await running;
  expect(actions.filter((action) => /advance|caught/.test(action))).toEqual([
    'advance 60',
    'advance 90',
    'caught up 90',
    'advance 91',
    'advance 92',
    'advance 93',
  ]);
  expect(progress.map(({ phase }) => phase)).toEqual(['backfill', 'backfill', 'live', 'live', 'live']);
  expect(progress.at(-1)?.events.page_view_events).toBe(93);
});

describe('the checkpoint', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'beatflow-checkpoint-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const checkpoint = {
    identity: { seed: 1, tag: null },
    startMs: 5,
    safeUntil: 7,
    events: { ...noEvents, auth_events: 2 },
    outputs: { kafka: {} },
  };

  test('is read back as it was saved, and is not there at first', async () => {
    const checkpoints = new CheckpointStore(new LocalDiskStore(join(folder, 'new')));
    expect(await checkpoints.load()).toBeUndefined();
    await checkpoints.save(checkpoint);
    await checkpoints.save({ ...checkpoint, safeUntil: 8 });
    expect(await checkpoints.load()).toMatchObject({ ...checkpoint, safeUntil: 8 });
  });

  test('of the same settings is gone on from, whatever is said about others', () => {
    for (const choice of ['refuse', 'follow'] as const) {
      expect(resume(checkpoint, { seed: 1, tag: null }, choice, 'here')).toEqual({ checkpoint, changes: [] });
    }
  });

  test('of a run with other settings is refused, and every difference named', () => {
    expect(() => resume(checkpoint, { seed: 2, tag: 'x' }, 'refuse', 'here')).toThrow(
      /in here .*\n {2}seed: it was 1, now it is 2\n.*tag: it was not set, now it is x\n.*begin a new run/,
    );
  });

  test('of a run with other settings is followed where it ended, if that is wanted', () => {
    const identity = { seed: 2, tag: null };
    expect(resume(checkpoint, identity, 'follow', 'here')).toEqual({
      checkpoint: { identity, startMs: 7005, safeUntil: 0, events: noEvents, outputs: { kafka: {} } },
      changes: ['seed: it was 1, now it is 2'],
    });
  });

  test.each([
    ['half a file', '{"identity":'],
    ['another version', '{"version": 99}'],
  ])('that is %s is refused with its path', async (_name, content) => {
    writeFileSync(join(folder, 'checkpoint.json'), content);
    await expect(new CheckpointStore(new LocalDiskStore(folder)).load()).rejects.toThrow(
      /checkpoint\.json in file:.* is no checkpoint of this program: .* Remove it/,
    );
  });
});
