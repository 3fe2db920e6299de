import { addCounts, type Engine, type Slice, type TopicCounts, totalOf } from './engine/engine.ts';
import type { Sink } from './sinks/sink.ts';

/** A run's way through its window. */
export interface RunProps {
  readonly engine: Engine;
  readonly sinks: readonly Sink[];
  readonly startMs: number;
  /** When the run ends; undefined where it goes on live for ever. */
  readonly endMs: number | undefined;
  /** Whether events of the future are waited for, or generated at once. */
  readonly waitForTheClock: boolean;
  /** Events that earlier starts of this run made safe. */
  readonly events: TopicCounts;
  readonly stop: AbortSignal;
  /** Called when everything up to a time is safe in all sinks; the next slice is not written before it resolves. */
  readonly safe: (progress: Progress) => Promise<void>;
  /** Called once, when all of the past is safe. */
  readonly caughtUp: (events: TopicCounts) => void;
  /** Called now and then while the engine rests at a time up to which everything is safe. */
  readonly rest: () => Promise<void>;
  /** Milliseconds from one rest to the next; more after a rest that took long. @default a minute */
  readonly restEveryMs?: number;
  readonly clock: () => number;
}

/** How a run is getting on. */
export interface Progress {
  readonly phase: 'backfill' | 'live';
  /** Share of the backfill that is safe, 0 to 1. */
  readonly fraction: number;
  /** Seconds since the window's start up to which everything is safe. */
  readonly safeUntil: number;
  /** The same as event time, milliseconds since the epoch. */
  readonly simulatedUntil: number;
  /** Events that are safe since the window's start, each counted once. */
  readonly events: TopicCounts;
  readonly users: number;
  readonly sessions: number;
}

/** Page views a slice should hold: enough to be worth its overhead, few enough to stay in the processor's cache. */
const sliceTarget = 8192;
/** Every slice looks at all listeners once, so with many of them slices are larger. */
const usersPerPageView = 128;
const longestSlice = 86_400;
const firstSlice = 60;
const liveTickMs = 1000;
/** How long a stop waits for outputs to take what was begun. */
const stopGraceMs = 5000;

/**
 * Runs a window: the past at full speed, then, if it is to go on, second by second at the wall clock. A slice is
 * safe in all sinks before the next one is written; the engine runs ahead by one slice meanwhile.
 * @returns the events that are safe
 */
export async function runWindow(props: RunProps): Promise<TopicCounts> {
  const { engine, stop, startMs, clock } = props;
  const windowEnd = props.endMs === undefined ? Infinity : Math.ceil((props.endMs - startMs) / 1000);
  const horizon = () =>
    props.waitForTheClock ? Math.min(windowEnd, Math.floor((clock() - startMs) / 1000)) : windowEnd;
  const firstNow = engine.now;
  const rests = new Rests(clock, props.restEveryMs ?? 60_000);
  let events = props.events;
  let length = firstSlice;
  let phase: Progress['phase'] = 'backfill';
  let ahead: Promise<Slice> | undefined;
  let settled = true;

  while (!stop.aborted && (ahead || engine.now < windowEnd)) {
    if (!ahead && engine.now >= horizon()) {
      if (phase === 'backfill') props.caughtUp(events);
      phase = 'live';
      await delay(liveTickMs - (clock() % liveTickMs), stop);
      continue;
    }
    const slice = await (ahead ?? engine.advance(Math.min(horizon(), engine.now + length)));
    ahead = undefined;
    length = nextLength(slice);
    const resting = rests.due();
    const taken = written(slice, props.sinks, stop);
    if (!resting && !stop.aborted && slice.until < horizon()) {
      ahead = engine.advance(Math.min(horizon(), slice.until + length));
      // Awaited in the next round, unless there is none.
      ahead.catch(() => undefined);
    }
    settled = await taken;
    if (!settled) break;
    engine.release(slice);
    events = addCounts(events, slice.counts);
    await props.safe({
      phase,
      fraction: Math.min(1, (slice.until - firstNow) / Math.max(1, horizon() - firstNow)),
      safeUntil: slice.until,
      simulatedUntil: startMs + slice.until * 1000,
      events,
      users: slice.users,
      sessions: slice.sessions,
    });
    if (resting) await rests.take(props.rest);
  }
  if (phase === 'backfill' && engine.now >= windowEnd && !stop.aborted) props.caughtUp(events);
  if (settled && !ahead) await props.rest();
  return events;
}

/** When the engine may rest: every so often, and not before twenty times as long as the last rest took. */
class Rests {
  readonly #clock: () => number;
  readonly #everyMs: number;
  #next: number;

  constructor(clock: () => number, everyMs: number) {
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#next = clock() + everyMs;
  }

  due(): boolean {
    return this.#clock() >= this.#next;
  }

  async take(rest: () => Promise<void>): Promise<void> {
    const begun = this.#clock();
    await rest();
    const now = this.#clock();
    this.#next = now + Math.max(this.#everyMs, 20 * (now - begun));
  }
}

function nextLength({ from, until, counts, users }: Slice): number {
  const perSecond = (counts.page_view_events + 1) / (until - from);
  const target = Math.max(sliceTarget, users / usersPerPageView);
  return Math.max(1, Math.min(longestSlice, Math.round(target / perSecond), (until - from) * 4));
}

/** Whether all sinks took the slice; a stop gives up on them after a grace period. */
async function written(slice: Slice, sinks: readonly Sink[], stop: AbortSignal): Promise<boolean> {
  if (totalOf(slice.counts) === 0) return true;
  const finished = new AbortController();
  const givenUp = delay(Infinity, stop, finished.signal)
    .then(() => delay(stopGraceMs, finished.signal))
    .then(() => false);
  try {
    const taken = Promise.all(sinks.map((sink) => sink.write(slice))).then(() => true);
    return await Promise.race([taken, givenUp]);
  } finally {
    finished.abort();
  }
}

/** Resolves after a time, or as soon as one of the signals is aborted. Leaves no listener behind. */
async function delay(ms: number, ...signals: readonly AbortSignal[]): Promise<void> {
  if (signals.some(({ aborted }) => aborted)) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = () => resolve();
  const timer = ms === Infinity ? undefined : setTimeout(end, ms);
  for (const signal of signals) signal.addEventListener('abort', end);
  await promise;
  clearTimeout(timer);
  for (const signal of signals) signal.removeEventListener('abort', end);
}
