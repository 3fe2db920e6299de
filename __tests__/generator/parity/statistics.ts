import type { State } from '../../../runtime/generator/behaviour/behaviour.ts';
import { eventFlag } from '../../../runtime/generator/simulation/batch.ts';
import type { Simulator } from '../../../runtime/generator/simulation/simulator.ts';

const day = 86_400;
/** By name, so that a behaviour that forgets to redirect is seen. */
const redirects = new Set([
  'Login',
  'Logout',
  'Cancel',
  'Save Settings',
  'Submit Registration',
  'Submit Upgrade',
  'Submit Downgrade',
]);

/** A session as the events of the window show it. */
interface Session {
  readonly firstItem: number;
  readonly start: number;
  end: number;
  events: number;
  songs: number;
  shown: boolean;
  lastState: number;
}

interface Listener {
  session: Session | undefined;
  /** Start and end of sessions that showed the user's id. */
  readonly shownSessions: (readonly [start: number, end: number])[];
}

/** A mean that is built up. */
class Mean {
  #sum = 0;
  count = 0;

  add(value: number): void {
    this.#sum += value;
    this.count++;
  }

  get value(): number {
    return this.#sum / this.count;
  }
}

/** The value below which a share of the values lie, without interpolation. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1] as number;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Counts what a simulation does, in the terms of the figures that are known of Eventsim. A session is complete where
 * its first event is in the window and at least a day before its end.
 */
export class Statistics {
  readonly #simulator: Simulator;
  readonly #windowSeconds: number;
  readonly #listeners = new Map<number, Listener>();
  readonly #complete: Session[] = [];
  #sessions = 0;
  readonly #byState: number[];
  readonly #byHour = new Array<number>(24).fill(0);
  readonly #byDay = new Map<number, number>();
  readonly #gapSong = new Mean();
  readonly #gapOther = new Mean();
  readonly #redirectGaps = new Set<number>();
  /** Steps between states of complete sessions, ends included, by `from * states + to` (to = states: the end). */
  readonly steps: Float64Array;
  #listens = 0;
  #auths = 0;
  #statusChanges = 0;

  constructor(simulator: Simulator, windowSeconds: number) {
    this.#simulator = simulator;
    this.#windowSeconds = windowSeconds;
    const { length } = simulator.machine.states;
    this.#byState = new Array<number>(length).fill(0);
    this.steps = new Float64Array(length * (length + 1));
  }

  /** Counts the simulator's current batch. */
  add(): void {
    const { batch, machine } = this.#simulator;
    for (let i = 0; i < batch.count; i++) {
      const row = batch.order[i] as number;
      const second = batch.second[row] as number;
      const state = batch.state[row] as number;
      this.#byState[state] = (this.#byState[state] as number) + 1;
      const hour = Math.floor((second % day) / 3600);
      this.#byHour[hour] = (this.#byHour[hour] as number) + 1;
      const date = Math.floor(second / day);
      this.#byDay.set(date, (this.#byDay.get(date) ?? 0) + 1);
      const { page } = machine.states[state] as State;
      if (page === 'NextSong') this.#listens++;
      if (page.startsWith('Submit Up') || page.startsWith('Submit Down')) this.#statusChanges++;
      if ((batch.flags[row] as number) & eventFlag.auth) this.#auths++;
      const key = (batch.user[row] as number) * 64 + (batch.shard[row] as number);
      this.#follow(key, second, batch.item[row] as number, state);
    }
  }

  #follow(key: number, second: number, item: number, state: number): void {
    let listener = this.#listeners.get(key);
    if (!listener) {
      listener = { session: undefined, shownSessions: [] };
      this.#listeners.set(key, listener);
    }
    const { auth, page } = this.#simulator.machine.states[state] as State;
    const plays = page === 'NextSong';
    const shown = auth === 'Logged In' || auth === 'Cancelled';
    const { session } = listener;
    if (!session || item === 0) {
      this.#end(listener);
      this.#sessions++;
      listener.session = {
        firstItem: item,
        start: second,
        end: second,
        events: 1,
        songs: plays ? 1 : 0,
        shown,
        lastState: state,
      };
      return;
    }
    const gap = second - session.end;
    if (redirects.has(page)) this.#redirectGaps.add(gap);
    else (plays ? this.#gapSong : this.#gapOther).add(gap);
    if (this.#isComplete(session)) this.#step(session.lastState, state);
    session.end = second;
    session.events++;
    session.songs += plays ? 1 : 0;
    session.shown ||= shown;
    session.lastState = state;
  }

  #isComplete({ firstItem, start }: Session): boolean {
    return firstItem === 0 && start < this.#windowSeconds - day;
  }

  #step(from: number, to: number): void {
    const at = from * (this.#byState.length + 1) + to;
    this.steps[at] = (this.steps[at] as number) + 1;
  }

  #end(listener: Listener): void {
    const { session } = listener;
    if (!session) return;
    if (this.#isComplete(session)) {
      this.#complete.push(session);
      this.#step(session.lastState, this.#byState.length);
    }
    if (session.shown) listener.shownSessions.push([session.start, session.end]);
    listener.session = undefined;
  }

  /** Seconds before redirects that occurred. */
  get redirectGaps(): readonly number[] {
    return [...this.#redirectGaps];
  }

  /** All figures, by the names under which Eventsim's are known. The window begins on a Monday. */
  figures(): Record<string, number> {
    for (const listener of this.#listeners.values()) this.#end(listener);
    const { states } = this.#simulator.machine;
    const events = this.#complete.map((session) => session.events).sort((x, y) => x - y);
    const seen = [...this.#listeners.values()].filter(({ shownSessions }) => shownSessions.length > 0);
    const gaps = seen
      .flatMap(({ shownSessions }) =>
        shownSessions
          .slice(1)
          .map(([start], index) => start - (shownSessions[index] as readonly [number, number])[1]),
      )
      .sort((x, y) => x - y);
    const views = this.#byState.reduce((sum, count) => sum + count, 0);
    const where = (test: (state: State) => boolean) =>
      states.reduce((sum, state, index) => (test(state) ? sum + (this.#byState[index] as number) : sum), 0);
    const days = (from: number, to: number) =>
      mean(Array.from({ length: to - from }, (_, index) => this.#byDay.get(from + index) ?? 0));
    const shares = (name: string, values: Iterable<string>, of: (state: State) => string) =>
      [...new Set(values)].map((value) => [
        `share ${name}${value}`,
        where((state) => of(state) === value) / views,
      ]);
    return {
      page_views: views,
      sessions: this.#sessions,
      users_seen_with_id: seen.length,
      events_per_session_mean: mean(events),
      events_per_session_p90: quantile(events, 0.9),
      events_per_session_p99: quantile(events, 0.99),
      session_seconds_mean: mean(this.#complete.map(({ start, end }) => end - start)),
      songs_per_session_mean: mean(this.#complete.map(({ songs }) => songs)),
      sessions_with_no_song_share: this.#complete.filter(({ songs }) => songs === 0).length / events.length,
      gap_other_page_mean_s: this.#gapOther.value,
      gap_NextSong_mean_s: this.#gapSong.value,
      session_gap_mean_s: mean(gaps),
      session_gap_p50_s: quantile(gaps, 0.5),
      gap_under_1800_share: gaps.filter((gap) => gap < 1800).length / gaps.length,
      weekday_weekend_ratio: days(0, 5) / days(5, 7),
      sessions_per_user_mean: mean(seen.map(({ shownSessions }) => shownSessions.length)),
      churn: where(({ page }) => page === 'Cancellation Confirmation'),
      listen_rows: this.#listens,
      auth_rows: this.#auths,
      status_change_rows: this.#statusChanges,
      ...Object.fromEntries([
        ...shares(
          '',
          states.map(({ page }) => page),
          ({ page }) => page,
        ),
        ...shares(
          'level ',
          states.map(({ level }) => level),
          ({ level }) => level,
        ),
        ...shares(
          'auth ',
          states.map(({ auth }) => auth),
          ({ auth }) => auth,
        ),
        ...this.#byHour.map((count, hour) => [`hour ${String(hour).padStart(2, '0')} share`, count / views]),
      ]),
    };
  }
}
