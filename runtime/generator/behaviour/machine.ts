import { AliasTable } from '../random/alias.ts';
import type { RandomStream } from '../random/stream.ts';
import { type Behaviour, type State, stateKey } from './behaviour.ts';

/** What the simulator must know of a state besides its name, as bits. */
export const stateFlag = {
  song: 1,
  redirect: 2,
  login: 4,
  statusChange: 8,
  userShown: 16,
  churned: 32,
} as const;

/** No state: the session has ended. */
export const sessionEnd = -1;

function isRedirect(status: number): boolean {
  return status >= 300 && status < 399;
}

interface FirstStates {
  readonly states: Uint16Array;
  readonly table: AliasTable;
}

/** A behaviour compiled into tables of integers, over which a step of a session costs one draw. */
export class StateMachine {
  readonly states: readonly State[];
  /** {@link stateFlag} bits by state. */
  readonly flags: Uint8Array;
  /** Index of the state's auth and level, by state. */
  readonly group: Uint16Array;
  /** The level that a submitted change leads to, by state; null where the state is no such page. */
  readonly newLevel: readonly (string | null)[];
  readonly #groups: readonly string[];
  readonly #firstStates: readonly FirstStates[];
  readonly #firstStep: Uint32Array;
  readonly #cumulative: Float64Array;
  readonly #target: Uint16Array;

  constructor(behaviour: Behaviour) {
    const indices = new Map<string, number>();
    const states: State[] = [];
    const indexOf = ({ page, auth, level, status, method }: State): number => {
      const state = { page, auth, level, status, method };
      const key = stateKey(state);
      const known = indices.get(key);
      if (known !== undefined) return known;
      indices.set(key, states.length);
      return states.push(state) - 1;
    };
    const first = behaviour.newSession.map((row) => ({ state: indexOf(row), weight: row.weight }));
    const steps = behaviour.transitions.map(({ source, dest, probability }) => ({
      source: indexOf(source),
      dest: indexOf(dest),
      probability,
    }));
    this.states = states;
    this.flags = Uint8Array.from(states, (state) => flagsOf(state, behaviour));
    const groupNames = states.map(groupKey);
    this.#groups = [...new Set(groupNames)];
    this.group = Uint16Array.from(groupNames, (name) => this.#groups.indexOf(name));
    this.#firstStates = this.#groups.map((_, group) => {
      const rows = first.filter(({ state, weight }) => this.group[state] === group && weight > 0);
      return {
        states: Uint16Array.from(rows, ({ state }) => state),
        table: new AliasTable(rows.length > 0 ? rows.map(({ weight }) => weight) : [1]),
      };
    });

    // The likeliest step first: most draws then end after one comparison.
    const ordered = states.map((_, source) =>
      steps.filter((step) => step.source === source).sort((x, y) => y.probability - x.probability),
    );
    this.#firstStep = new Uint32Array(states.length + 1);
    ordered.forEach((list, source) => {
      this.#firstStep[source + 1] = (this.#firstStep[source] as number) + list.length;
    });
    this.#target = Uint16Array.from(ordered.flat(), ({ dest }) => dest);
    this.#cumulative = new Float64Array(steps.length);
    let at = 0;
    for (const list of ordered) {
      let sum = 0;
      for (const { probability } of list) this.#cumulative[at++] = sum += probability;
    }
    this.newLevel = states.map((state, index) => {
      if (!((this.flags[index] as number) & stateFlag.statusChange)) return null;
      return (
        ordered[index]?.map(({ dest }) => (states[dest] as State).level).find((l) => l !== state.level) ??
        null
      );
    });
  }

  /** The group of listeners with this auth and level, or undefined where no state has both. */
  groupOf(auth: string, level: string): number | undefined {
    const index = this.#groups.indexOf(groupKey({ auth, level }));
    return index < 0 ? undefined : index;
  }

  /** The first state of a session of a listener in `group`; {@link sessionEnd} where the group starts none. */
  begin(group: number, random: RandomStream): number {
    const { states, table } = this.#firstStates[group] as FirstStates;
    return states.length === 0 ? sessionEnd : (states[table.pick(random)] as number);
  }

  /** The state after `state`, or {@link sessionEnd}. */
  next(state: number, random: RandomStream): number {
    const u = random.uniform();
    const end = this.#firstStep[state + 1] as number;
    for (let i = this.#firstStep[state] as number; i < end; i++) {
      if (u < (this.#cumulative[i] as number)) return this.#target[i] as number;
    }
    return sessionEnd;
  }
}

function groupKey({ auth, level }: { readonly auth: string; readonly level: string }): string {
  return JSON.stringify([auth, level]);
}

function flagsOf(state: State, behaviour: Behaviour): number {
  let flags = 0;
  if (state.page === 'NextSong') flags |= stateFlag.song;
  if (isRedirect(state.status)) flags |= stateFlag.redirect;
  if (state.page === 'Login') flags |= stateFlag.login;
  if (state.page === 'Submit Upgrade' || state.page === 'Submit Downgrade') flags |= stateFlag.statusChange;
  if (behaviour.authsWithUserDetails.includes(state.auth)) flags |= stateFlag.userShown;
  if (state.auth === behaviour.churnedAuth) flags |= stateFlag.churned;
  return flags;
}
