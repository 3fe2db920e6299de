import type { StateMachine } from '../behaviour/machine.ts';
import { sessionEnd } from '../behaviour/machine.ts';
import type { People } from '../people/people.ts';
import { AliasTable } from '../random/alias.ts';
import { hash32, RandomStream } from '../random/stream.ts';
import { noSong, type Population, recordWords, unregistered, word } from './population.ts';
import type { SessionClock } from './sessions.ts';
import { never, type SimulationSettings, shardCount, yearSeconds } from './settings.ts';

const purpose = { seedA: 131, seedB: 132 } as const;
/** Means under a second would let time stand still; with Eventsim's example 3 listeners in 100,000 are concerned. */
const shortestMeanSeconds = 1;
/** Listeners who were there from the start signed up at most this long before. */
const oldestRegistrationSeconds = 5 * yearSeconds;
const sqrtE = Math.sqrt(Math.E);

/** Draws new listeners: who they are, what they are like, and when their first session starts. */
export class Newcomers {
  readonly #settings: SimulationSettings;
  readonly #machine: StateMachine;
  readonly #people: People;
  readonly #sessions: SessionClock;
  readonly #random = new RandomStream();
  readonly #seedA: number;
  readonly #seedB: number;
  readonly #levels: Weighted;
  readonly #auths: Weighted;
  readonly #groups = new Map<string, Map<string, number>>();

  constructor(props: {
    readonly settings: SimulationSettings;
    readonly machine: StateMachine;
    readonly people: People;
    readonly sessions: SessionClock;
  }) {
    this.#settings = props.settings;
    this.#machine = props.machine;
    this.#people = props.people;
    this.#sessions = props.sessions;
    this.#seedA = hash32(props.settings.seed, purpose.seedA);
    this.#seedB = hash32(props.settings.seed, purpose.seedB);
    this.#levels = weighted(props.settings.behaviour.levels);
    this.#auths = weighted(props.settings.behaviour.auths);
  }

  /** Adds a listener who was there before the window began; nothing of the past is acted out yet. */
  addResident(population: Population): number {
    const auth = draw(this.#auths, this.#begin(population));
    const user = this.#describe(population, auth, draw(this.#levels, this.#random));
    const visitor = auth === this.#settings.behaviour.newUserAuth && !this.#settings.eventsimCompat;
    if (!visitor) population.records[user * recordWords + word.registration] = this.#pastRegistration();
    this.#schedule(population, user, this.#warmUpStart(population, user, 0));
    return user;
  }

  /** Adds a listener who turns up at `second`. */
  addArrival(population: Population, second: number): number {
    this.#begin(population);
    const { newUserAuth, newUserLevel, authsWithUserDetails } = this.#settings.behaviour;
    const user = this.#describe(population, newUserAuth, newUserLevel);
    if (this.#settings.eventsimCompat || authsWithUserDetails.includes(newUserAuth)) {
      population.records[user * recordWords + word.registration] = second;
    }
    const first = this.#settings.eventsimCompat
      ? this.#warmUpStart(population, user, second)
      : this.#sessions.firstVisit(second, this.#random);
    this.#schedule(population, user, first);
    return user;
  }

  /** A look-up that is asked for every listener, so it is not made of texts each time. */
  #groupOf(auth: string, level: string): number | undefined {
    const known = this.#groups.get(auth)?.get(level);
    if (known !== undefined) return known;
    const group = this.#machine.groupOf(auth, level);
    if (group !== undefined) this.#groups.set(auth, new Map(this.#groups.get(auth)).set(level, group));
    return group;
  }

  #begin(population: Population): RandomStream {
    this.#random.seed(this.#seedA, this.#seedB, population.count * shardCount + population.shard);
    return this.#random;
  }

  #describe(population: Population, auth: string, level: string): number {
    const user = population.add();
    const random = this.#random;
    const { behaviour } = this.#settings;
    const at = user * recordWords;
    const { records, floats } = population;
    floats[at + word.alpha] = logNormal(behaviour.alphaSeconds, random);
    floats[at + word.beta] = logNormal(behaviour.betaSeconds, random);
    const { firstNameTable, lastNameTable, placeTable, deviceTable } = this.#people;
    records[at + word.home] = placeTable.pick(random) | (deviceTable.pick(random) << 16);
    records[at + word.name] = firstNameTable.pick(random) | (lastNameTable.pick(random) << 16);
    records[at + word.registration] = unregistered;
    const group = this.#groupOf(auth, level);
    const state = group === undefined ? sessionEnd : this.#machine.begin(group, random);
    records[at + word.state] = state;
    records[at + word.item] = 0;
    records[at + word.session] = 0;
    records[at + word.songEnd] = noSong;
    return user;
  }

  #schedule(population: Population, user: number, second: number): void {
    const at = user * recordWords;
    population.due[user] = population.records[at + word.state] === sessionEnd ? never : second;
    population.records[at + word.randomA] = this.#random.a;
    population.records[at + word.randomB] = this.#random.b;
  }

  /** The first session after one mean gap before `second`, reached from one further back: the process is warm then. */
  #warmUpStart(population: Population, user: number, second: number): number {
    const beta = Math.floor(population.floats[user * recordWords + word.beta] as number);
    let start = second - 2 * beta;
    do start = this.#sessions.next(start, beta, this.#random);
    while (start < second - beta);
    return start;
  }

  /**
   * When somebody who is there at the start signed up. With growth at rate g the age of a registration is
   * exponential with mean 1/g years, without growth it is even, in both cases over the last five years. (Eventsim
   * draws a mean of g years, so that without growth everybody signs up in the window's first second.)
   */
  #pastRegistration(): number {
    const { growthRate, eventsimCompat } = this.#settings;
    if (eventsimCompat) {
      const age = Math.floor(growthRate * yearSeconds * this.#random.exponential());
      return -Math.min(age, oldestRegistrationSeconds);
    }
    const u = this.#random.uniform();
    if (growthRate === 0) return -Math.ceil(u * oldestRegistrationSeconds);
    const withinFiveYears = -Math.expm1((-growthRate * oldestRegistrationSeconds) / yearSeconds);
    return -Math.ceil((-Math.log1p(-u * withinFiveYears) / growthRate) * yearSeconds);
  }
}

/** Log-normal with sigma 1 and the given mean. */
function logNormal(mean: number, random: RandomStream): number {
  return Math.max(shortestMeanSeconds, (mean * Math.exp(random.normal())) / sqrtE);
}

interface Weighted {
  readonly values: readonly string[];
  readonly table: AliasTable;
}

function weighted(weights: Readonly<Record<string, number>>): Weighted {
  return { values: Object.keys(weights), table: new AliasTable(Object.values(weights)) };
}

function draw({ values, table }: Weighted, random: RandomStream): string {
  return values[table.pick(random)] as string;
}
