import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckpointFile, RunIdentity } from './checkpoint.ts';
import { addCounts, type Slice, type TopicCounts, totalOf } from './engine/engine.ts';
import type { Sink } from './sinks/sink.ts';

/** What drives a run from slice to slice. */
export interface SliceSource {
  /** Seconds since the window's start up to which it has come. */
  readonly now: number;
  /** Goes on to `until` and encodes what happened. */
  advance(until: number): Promise<Slice>;
}

/** A run's way through its window. */
export interface RunProps {
  readonly source: SliceSource;
  readonly sinks: readonly Sink[];
  readonly startMs: number;
  /** When the run ends; undefined where it goes on live for ever. */
  readonly endMs: number | undefined;
  /** Whether events of the future are waited for, or generated at once. */
  readonly waitForTheClock: boolean;
  readonly identity: RunIdentity;
  readonly checkpoint: CheckpointFile | undefined;
  /** Events that earlier starts of this run made safe. */
  readonly events: TopicCounts;
  readonly stop: AbortSignal;
  readonly progress: (progress: Progress) => void;
  /** Called once, when all of the past is safe. */
  readonly caughtUp: (events: TopicCounts) => void;
  readonly clock: () => number;
}

/** How a run is getting on. */
export interface Progress {
  readonly phase: 'backfill' | 'live';
  /** Share of the backfill that is safe, 0 to 1. */
  readonly fraction: number;
  /** Event time up to which everything is safe, milliseconds since the epoch. */
  readonly simulatedUntil: number;
  /** Events that are safe since the window's start, each counted once. */
  readonly events: TopicCounts;
  readonly users: number;
  readonly sessions: number;
}

/** Page views a slice should hold: enough to be worth its overhead, few enough to stay in the processor's cache. */
const sliceTarget = 30_000;
const longestSlice = 86_400;
const liveTickMs = 1000;
/** How long a stop waits for outputs to take what was begun. */
const stopGraceMs = 5000;

/**
 * Runs a window: the past at full speed, then, if it is to go on, second by second at the wall clock. Every slice is
 * safe in all sinks before the checkpoint says so and the next one begins.
 * @returns the events that are safe
 */
export async function runWindow(props: RunProps): Promise<TopicCounts> {
  const { source, stop, startMs } = props;
  const windowEnd = props.endMs === undefined ? Infinity : Math.ceil((props.endMs - startMs) / 1000);
  const elapsed = () => Math.floor((props.clock() - startMs) / 1000);
  const firstNow = source.now;
  let events = props.events;
  let length = 60;
  let phase: Progress['phase'] = 'backfill';

  while (!stop.aborted && source.now < windowEnd) {
    const horizon = props.waitForTheClock ? Math.min(windowEnd, elapsed()) : windowEnd;
    if (source.now >= horizon) {
      if (phase === 'backfill') props.caughtUp(events);
      phase = 'live';
      await sleep(liveTickMs - (props.clock() % liveTickMs), undefined, { signal: stop }).catch(
        () => undefined,
      );
      continue;
    }
    const slice = await source.advance(Math.min(horizon, source.now + length));
    if (!(await written(slice, props.sinks, stop))) break;
    events = addCounts(events, slice.counts);
    await props.checkpoint?.save({ identity: props.identity, startMs, safeUntil: slice.until, events });
    props.progress({
      phase,
      fraction: Math.min(1, (slice.until - firstNow) / Math.max(1, horizon - firstNow)),
      simulatedUntil: startMs + slice.until * 1000,
      events,
      users: slice.users,
      sessions: slice.sessions,
    });
    length = nextLength(slice);
  }
  if (phase === 'backfill' && source.now >= windowEnd && !stop.aborted) props.caughtUp(events);
  return events;
}

function nextLength({ from, until, counts }: Slice): number {
  const perSecond = (counts.page_view_events + 1) / (until - from);
  return Math.max(1, Math.min(longestSlice, Math.round(sliceTarget / perSecond), (until - from) * 4));
}

/** Whether all sinks took the slice; a stop gives up on them after a grace period. */
async function written(slice: Slice, sinks: readonly Sink[], stop: AbortSignal): Promise<boolean> {
  const done =
    totalOf(slice.counts) > 0 ? Promise.all(sinks.map((sink) => sink.write(slice))) : Promise.resolve();
  const finished = new AbortController();
  const givenUp = new Promise<boolean>((resolve) => {
    const begin = () => {
      void sleep(stopGraceMs, undefined, { signal: finished.signal }).then(
        () => resolve(false),
        () => undefined,
      );
    };
    if (stop.aborted) begin();
    else stop.addEventListener('abort', begin, { once: true, signal: finished.signal });
  });
  try {
    return await Promise.race([done.then(() => true), givenUp]);
  } finally {
    finished.abort();
  }
}
