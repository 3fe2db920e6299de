import { StateMachine, sessionEnd, stateFlag } from '../behaviour/machine.ts';
import { DailyRhythm } from '../calendar/rhythm.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { People } from '../people/people.ts';
import { AliasTable } from '../random/alias.ts';
import { RandomStream } from '../random/stream.ts';
import { Arrivals } from './arrivals.ts';
import { EventBatch, eventFlag } from './batch.ts';
import { Newcomers } from './newcomers.ts';
import { noSong, Population, recordWords, stateMask, unregistered, userFlag, word } from './population.ts';
import { SessionClock } from './sessions.ts';
import { never, type SimulationSettings, shardCount, yearSeconds } from './settings.ts';

const daySeconds = 86_400;

/** What a simulator needs. */
interface SimulatorProps {
  readonly settings: SimulationSettings;
  readonly catalogue: Catalogue;
  readonly people: People;
  /** The shards this simulator is to run, ascending. */
  readonly shards: readonly number[];
  /** The shards as an earlier simulator left them; without it they begin at the window's start. */
  readonly restored?: readonly { readonly population: Population; readonly clock: SimulatorClock }[];
}

/** What all shards of a run share at a time. */
interface SimulatorClock {
  readonly now: number;
  /** State of the stream of newcomers. */
  readonly arrivals: readonly number[];
}

/**
 * Runs the listeners of some shards through time. Listeners do not influence each other and each has a random stream
 * of their own, so a listener is run from one due time to the next without any queue, and the batch is sorted by
 * time afterwards. No clock, no input or output.
 */
export class Simulator {
  readonly machine: StateMachine;
  readonly populations: readonly Population[];
  readonly batch = new EventBatch();
  readonly #settings: SimulationSettings;
  readonly #newcomers: Newcomers;
  readonly #sessions: SessionClock;
  readonly #arrivals: Arrivals;
  readonly #catalogue: Catalogue;
  readonly #songSeconds: Uint32Array;
  readonly #random = new RandomStream();
  readonly #startSecond: number;
  readonly #firstWritten: number;
  #songs: AliasTable;
  #day: number;
  #now = 0;

  /** Creates the listeners that are there at the start and runs them up to it. */
  constructor({ settings, catalogue, people, shards, restored }: SimulatorProps) {
    this.#settings = settings;
    this.#catalogue = catalogue;
    this.#startSecond = Math.floor(settings.startMs / 1000);
    this.#firstWritten = settings.eventsimCompat ? 1 : 0;
    this.machine = new StateMachine(settings.behaviour);
    this.#songSeconds = Uint32Array.from(catalogue.tracks, ({ durationSeconds }) =>
      Math.floor(durationSeconds),
    );
    this.#day = this.#dayOf(0);
    this.#songs = new AliasTable(catalogue.weightsOn(this.#day));
    this.#arrivals = new Arrivals(settings);
    this.#sessions = new SessionClock({
      rhythm: new DailyRhythm(settings.behaviour),
      gapSeconds: settings.behaviour.sessionGapSeconds,
      startMs: settings.startMs,
      gapIsFloor: !settings.eventsimCompat,
    });
    this.#newcomers = new Newcomers({ settings, machine: this.machine, people, sessions: this.#sessions });
    const [first] = restored ?? [];
    if (restored && first) {
      this.#now = first.clock.now;
      this.#arrivals.restore(first.clock.arrivals);
      this.populations = restored.map(({ population }) => population);
      return;
    }
    this.populations = shards.map((shard) => {
      const count = Math.max(0, Math.ceil((settings.users - shard) / shardCount));
      const population = new Population(shard, count);
      for (let i = 0; i < count; i++) this.#warmUp(population, this.#newcomers.addResident(population));
      return population;
    });
    // Eventsim lets newcomers act before they join, so all of them must be there before the first event is written.
    if (settings.eventsimCompat && settings.endMs !== undefined) {
      this.#arrive(Math.ceil((settings.endMs - settings.startMs) / 1000));
    }
  }

  /** Seconds since the window's start up to which everything has happened. */
  get now(): number {
    return this.#now;
  }

  /** Listeners there are, those who will not return included. */
  get users(): number {
    return this.populations.reduce((sum, { count }) => sum + count, 0);
  }

  /**
   * Runs everybody up to, not including, `until`, and leaves the events in {@link batch} in order of time. How the
   * way is divided into calls changes nothing.
   */
  advance(until: number): EventBatch {
    const from = this.#now;
    this.batch.clear();
    while (this.#now < until) {
      this.#turnTo(this.#dayOf(this.#now));
      const midnight = (this.#day + 1) * daySeconds - this.#startSecond;
      const stop = Math.min(until, midnight);
      this.#arrive(stop);
      this.populations.forEach((population, index) => {
        const { due, count } = population;
        for (let user = 0; user < count; user++) {
          if ((due[user] as number) < stop) this.#run(population, index, user, stop);
        }
      });
      this.#now = stop;
    }
    this.batch.sort(from, until);
    this.#numberSessions();
    return this.batch;
  }

  /** What a simulator of the same shards needs to go on from here, besides the populations. */
  get clock(): SimulatorClock {
    return { now: this.#now, arrivals: this.#arrivals.save() };
  }

  #dayOf(second: number): number {
    return Math.floor((second + this.#startSecond) / daySeconds);
  }

  #turnTo(day: number): void {
    if (day === this.#day) return;
    this.#day = day;
    this.#songs = new AliasTable(this.#catalogue.weightsOn(day));
  }

  #arrive(until: number): void {
    const first = this.populations[0]?.shard ?? 0;
    while (this.#arrivals.second < until) {
      const population = this.populations[(this.#arrivals.index % shardCount) - first];
      if (population) this.#newcomers.addArrival(population, this.#arrivals.second);
      this.#arrivals.take();
    }
  }

  /** Acts out the time before the window, of which nothing is written. */
  #warmUp(population: Population, user: number): void {
    if ((population.due[user] as number) >= this.#firstWritten) return;
    this.#run(population, 0, user, this.#firstWritten);
    const at = user * recordWords;
    if (!this.#settings.eventsimCompat && (population.records[at + word.item] as number) > 0) {
      population.records[at + word.state] = (population.records[at + word.state] as number) | userFlag.muted;
    }
  }

  /** Runs one listener from the time they are due up to `until`. */
  #run(population: Population, index: number, user: number, until: number): void {
    const { due, records, floats } = population;
    const at = user * recordWords;
    const random = this.#random;
    const alpha = floats[at + word.alpha] as number;
    random.a = records[at + word.randomA] as number;
    random.b = records[at + word.randomB] as number;
    const writtenFrom = Math.max(this.#now, this.#firstWritten);
    let now = due[user] as number;
    let item = records[at + word.item] as number;
    let songEnd = records[at + word.songEnd] as number;
    let packed = records[at + word.state] as number;
    while (now < until) {
      const state = packed & stateMask;
      const flags = this.machine.flags[state] as number;
      let track = 0;
      if (flags & stateFlag.song) {
        track = this.#songs.pick(random);
        songEnd = now + (this.#songSeconds[track] as number);
      }
      if (now >= writtenFrom) {
        if (flags & stateFlag.userShown && records[at + word.registration] === unregistered) {
          records[at + word.registration] = now;
        }
        if (!(packed & userFlag.muted)) {
          this.batch.add(
            index,
            user,
            now,
            state,
            item,
            track,
            packed & userFlag.afterLogin ? eventFlag.auth : 0,
          );
        }
      }
      const next = this.machine.next(state, random);
      if (next === sessionEnd) {
        now = this.#return(now, floats[at + word.beta] as number, flags);
        item = 0;
        songEnd = noSong;
        packed = this.machine.begin(this.machine.group[state] as number, random);
        if (packed === sessionEnd) now = never;
        continue;
      }
      const nextFlags = this.machine.flags[next] as number;
      if (nextFlags & stateFlag.redirect) now += 1;
      else if (nextFlags & stateFlag.song && now < songEnd) now = songEnd;
      else now += Math.floor(alpha * random.exponential());
      item++;
      packed = next | (packed & userFlag.muted) | this.#afterLogin(packed, flags, nextFlags);
    }
    due[user] = Math.min(now, never);
    records[at + word.randomA] = random.a;
    records[at + word.randomB] = random.b;
    records[at + word.item] = item;
    records[at + word.songEnd] = songEnd;
    records[at + word.state] = packed;
  }

  /**
   * Whether the next page follows a login. Eventsim does not forget the page before over a redirect, and so takes
   * a later logout or second login for an answer to the first.
   */
  #afterLogin(packed: number, flags: number, nextFlags: number): number {
    if (this.#settings.eventsimCompat && nextFlags & stateFlag.redirect) return packed & userFlag.afterLogin;
    return flags & stateFlag.login ? userFlag.afterLogin : 0;
  }

  /** When a listener whose session ended at `end` returns, or {@link never}. */
  #return(end: number, beta: number, flags: number): number {
    if (flags & stateFlag.churned) return never;
    const start = this.#sessions.next(end, beta, this.#random);
    const { attritionRate, eventsimCompat } = this.#settings;
    if (attritionRate === 0 || start === never) return start;
    // Eventsim's formula gives probabilities far above 1: everybody leaves after one session.
    const stays = eventsimCompat ? 0 : Math.exp((-attritionRate * (start - end)) / yearSeconds);
    return this.#random.uniform() < stays ? start : never;
  }

  /** Gives the sessions that begin in the batch their numbers, in order of time. */
  #numberSessions(): void {
    const { order, count, shard, user, item, session } = this.batch;
    for (let i = 0; i < count; i++) {
      const row = order[i] as number;
      const population = this.populations[shard[row] as number] as Population;
      const at = (user[row] as number) * recordWords + word.session;
      if (item[row] === 0 || population.records[at] === 0) population.records[at] = ++population.sessions;
      session[row] = population.records[at] as number;
    }
  }
}
