import { z } from 'zod';
import { type Behaviour, describeState, type State, stateKey } from './behaviour.ts';

/** What an Eventsim configuration says besides how listeners behave; each may be missing. */
export interface EventsimRun {
  readonly seed: number | undefined;
  readonly users: number | undefined;
  readonly growthRate: number | undefined;
  readonly firstUserId: number | undefined;
  readonly tag: string | undefined;
  readonly startDate: string | undefined;
  readonly endDate: string | undefined;
}

/** An Eventsim configuration as it was read. */
type EventsimConfig =
  | {
      readonly ok: true;
      readonly behaviour: Behaviour;
      readonly run: EventsimRun;
      /** What a person should know, but need not change. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Keys that Eventsim itself has in its example and never reads. */
const ignoredByEventsim = ['upgrades', 'downgrades'];

/** Long enough for any name, short enough for every message to fit into an encoder's reserve. */
const name = z.string().min(1).max(500);
/** A listener's state has 16 bits, of which one value is kept for none. */
const mostStates = 65_535;

const probability = z.number().min(0).max(1);
const weight = z.number().min(0);
const state = z.strictObject({
  page: name,
  auth: name,
  level: name,
  status: z.int().min(100).max(599),
  method: name,
});

const transition = z.strictObject({ source: state, dest: state, p: probability });

/** Lists of weights of which one must be above 0. */
const weights = <T extends z.ZodType<{ weight: number }>>(row: T) =>
  z.array(row).refine((rows) => rows.some((each) => each.weight > 0), {
    error: 'expected a weight above 0 in one row',
  });

const config = z.strictObject({
  seed: z.int().min(0).optional(),
  // Below a second time could stand still, see newcomers.ts.
  alpha: z.number().min(1).max(1e9).default(60),
  beta: z.number().min(1).max(1e9).default(259_200),
  damping: z
    .number()
    .min(0)
    .refine((value) => value < 1 / (2 * Math.PI), {
      error: 'expected less than 1 / (2 pi) = 0.159, beyond which the day would fold back on itself',
    })
    .default(0.0625),
  'weekend-damping': z.number().min(0).max(1).default(0.5),
  'weekend-damping-offset': z.int().min(0).max(1440).default(6),
  'weekend-damping-scale': z.int().min(1).max(1440).default(6),
  'session-gap': z.int().min(1).max(1e9).default(1800),
  'churned-state': name.optional(),
  'n-users': z.int().min(1).max(50_000_000).optional(),
  'first-user-id': z.int().min(0).max(1e15).optional(),
  'growth-rate': z.number().min(0).max(100).optional(),
  tag: name.optional(),
  'start-date': name.optional(),
  'end-date': name.optional(),
  'new-user-auth': name.default('Guest'),
  'new-user-level': name.default('free'),
  'show-user-details': z.array(z.strictObject({ auth: name, show: z.boolean() })).default([]),
  levels: weights(z.strictObject({ level: name, weight })),
  auths: weights(z.strictObject({ auth: name, weight })),
  'new-session': z.array(z.strictObject({ ...state.shape, weight })).min(1),
  transitions: z.array(transition).min(1),
  upgrades: z.unknown().optional(),
  downgrades: z.unknown().optional(),
});

type Config = z.infer<typeof config>;

/** A path into the file as people write it: `$.transitions[3].p`. */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return /^[A-Za-z]\w*$/.test(String(part)) ? `${text}.${String(part)}` : `${text}["${String(part)}"]`;
  }, '$');
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) => (value === null || value === undefined ? undefined : (value as never)[part]),
    root,
  );
}

function shapeFaults(root: unknown, issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => `${pathText([...issue.path, key])}: Eventsim has no such key`);
    }
    const got = valueAt(root, issue.path);
    if (got === undefined) return [`${pathText(issue.path)}: missing`];
    const shown =
      typeof got === 'object' ? (Array.isArray(got) ? 'a list' : 'an object') : JSON.stringify(got);
    return [`${pathText(issue.path)}: got ${shown}; ${issue.message}`];
  });
}

/** Sources whose probabilities sum to more than 1; rows with faults of their own are left out. */
function sumFaults(rows: unknown): string[] {
  const sums = new Map<string, { state: State; index: number; sum: number }>();
  (Array.isArray(rows) ? rows : []).forEach((row, index) => {
    const parsed = transition.safeParse(row);
    if (!parsed.success) return;
    const { source, p } = parsed.data;
    const known = sums.get(stateKey(source));
    if (known) known.sum += p;
    else sums.set(stateKey(source), { state: source, index, sum: p });
  });
  return [...sums.values()]
    .filter(({ sum }) => sum > 1 + 1e-9)
    .map(
      ({ state: from, index, sum }) =>
        `$.transitions[${index}].source: the probabilities from ${describeState(from)} sum to ` +
        `${Number(sum.toFixed(6))}; expected at most 1, the rest ends the session`,
    );
}

function behaviourOf(from: Config): Behaviour {
  return {
    alphaSeconds: from.alpha,
    betaSeconds: from.beta,
    sessionGapSeconds: from['session-gap'],
    damping: from.damping,
    weekendDamping: from['weekend-damping'],
    weekendDampingOffsetMinutes: from['weekend-damping-offset'],
    weekendDampingScaleMinutes: from['weekend-damping-scale'],
    churnedAuth: from['churned-state'],
    newUserAuth: from['new-user-auth'],
    newUserLevel: from['new-user-level'],
    levels: Object.fromEntries(from.levels.map((row) => [row.level, row.weight])),
    auths: Object.fromEntries(from.auths.map((row) => [row.auth, row.weight])),
    authsWithUserDetails: from['show-user-details'].filter(({ show }) => show).map(({ auth }) => auth),
    newSession: from['new-session'],
    transitions: from.transitions.map(({ source, dest, p }) => ({ source, dest, probability: p })),
  };
}

/** The states that no listener can come to, and those from which a session can end but none can begin again. */
function reachability(behaviour: Behaviour): { faults: string[]; notes: string[] } {
  const { newSession, transitions } = behaviour;
  const states = new Map<string, State>();
  for (const row of newSession) states.set(stateKey(row), row);
  for (const { source, dest } of transitions) {
    states.set(stateKey(source), source);
    states.set(stateKey(dest), dest);
  }
  const groupOf = ({ auth, level }: Pick<State, 'auth' | 'level'>) => JSON.stringify([auth, level]);
  const positive = (weights: Readonly<Record<string, number>>) =>
    Object.keys(weights).filter((key) => (weights[key] as number) > 0);
  const groups = positive(behaviour.auths).flatMap((auth) =>
    positive(behaviour.levels).map((level) => ({ auth, level })),
  );
  const pendingGroups = [...groups, { auth: behaviour.newUserAuth, level: behaviour.newUserLevel }];
  const seenGroups = new Set<string>();
  const reached = new Set<string>();
  const faults: string[] = [];
  while (pendingGroups.length > 0) {
    const group = pendingGroups.pop() as (typeof pendingGroups)[number];
    if (seenGroups.has(groupOf(group))) continue;
    seenGroups.add(groupOf(group));
    const rows = newSession.filter((row) => row.weight > 0 && groupOf(row) === groupOf(group));
    if (rows.length === 0 && group.auth !== behaviour.churnedAuth) {
      faults.push(
        `$["new-session"]: no state with a weight above 0 for auth ${JSON.stringify(group.auth)} and level ` +
          `${JSON.stringify(group.level)}, which listeners can have`,
      );
    }
    const pending: State[] = [...rows];
    while (pending.length > 0) {
      const from = pending.pop() as State;
      if (reached.has(stateKey(from))) continue;
      reached.add(stateKey(from));
      pendingGroups.push(from);
      for (const { source, dest, probability: p } of transitions) {
        if (p > 0 && stateKey(source) === stateKey(from)) pending.push(dest);
      }
    }
  }
  if (states.size > mostStates) {
    faults.push(`$.transitions: ${states.size} different states; expected at most ${mostStates}`);
  }
  const unreachable = [...states]
    .filter(([key]) => !reached.has(key))
    .map(([, value]) => describeState(value));
  const notes =
    unreachable.length > 0 ? [`states that no listener can come to: ${unreachable.join('; ')}`] : [];
  return { faults, notes };
}

/** Reads the text of an Eventsim configuration file, unchanged, and reports all of its faults at once. */
export function readEventsimConfig(text: string): EventsimConfig {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    return { ok: false, faults: [`$: the file is no JSON: ${(error as Error).message}`] };
  }
  const parsed = config.safeParse(root);
  if (!parsed.success) {
    const sums = sumFaults((root as { transitions?: unknown } | null)?.transitions);
    return { ok: false, faults: [...shapeFaults(root, parsed.error.issues), ...sums] };
  }
  const behaviour = behaviourOf(parsed.data);
  const { faults, notes } = reachability(behaviour);
  const allFaults = [...sumFaults(parsed.data.transitions), ...faults];
  if (allFaults.length > 0) return { ok: false, faults: allFaults };
  const ignored = ignoredByEventsim.filter((key) => key in parsed.data);
  return {
    ok: true,
    behaviour,
    run: {
      seed: parsed.data.seed,
      users: parsed.data['n-users'],
      growthRate: parsed.data['growth-rate'],
      firstUserId: parsed.data['first-user-id'],
      tag: parsed.data.tag,
      startDate: parsed.data['start-date'],
      endDate: parsed.data['end-date'],
    },
    notes: [
      ...(ignored.length > 0 ? [`keys that Eventsim does not read either: ${ignored.join(', ')}`] : []),
      ...notes,
    ],
  };
}
