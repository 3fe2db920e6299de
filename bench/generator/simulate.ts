import { dayMs } from '../../runtime/contract/durations.ts';
import { defaultBehaviour } from '../../runtime/generator/behaviour/default.ts';
import { noEvents, totalOf } from '../../runtime/generator/engine/engine.ts';
import { InlineEngine } from '../../runtime/generator/engine/inline.ts';
import type { EngineProps } from '../../runtime/generator/engine/part.ts';
import { divideShards, ThreadedEngine } from '../../runtime/generator/engine/threads.ts';
import { runWindow } from '../../runtime/generator/run.ts';
import type { Sink } from '../../runtime/generator/sinks/sink.ts';

/** What is simulated. */
interface SimulationProps {
  readonly users: number;
  readonly days: number;
  /** Worker threads; 0: the main thread. */
  readonly workers: number;
  readonly eventsimCompat: boolean;
}

/** Simulates listeners from the same seed and day on into a sink, at full speed, and closes it; resolves with the events. */
export async function simulate(props: SimulationProps, sink: Sink): Promise<number> {
  const startMs = Date.parse('2026-03-03T00:00:00Z');
  const endMs = startMs + props.days * dayMs;
  const engineProps: EngineProps = {
    settings: {
      behaviour: defaultBehaviour,
      seed: 1,
      startMs,
      endMs,
      users: props.users,
      growthRate: 0,
      attritionRate: 0,
      firstUserId: 1,
      eventsimCompat: props.eventsimCompat,
    },
    tag: null,
    catalogue: { type: 'synthetic', size: 10_000 },
    formats: sink.format ? [sink.format] : [],
  };
  const engine =
    props.workers > 0
      ? await ThreadedEngine.start(engineProps, props.workers)
      : new InlineEngine({ ...engineProps, shards: divideShards(1).flat() });
  const events = await runWindow({
    engine,
    sinks: [sink],
    startMs,
    endMs,
    waitForTheClock: false,
    events: noEvents,
    stop: new AbortController().signal,
    safe: async () => undefined,
    caughtUp: () => undefined,
    rest: async () => undefined,
    clock: Date.now,
  });
  await sink.close();
  await engine.close();
  return totalOf(events);
}
