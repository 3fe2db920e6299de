import type { Behaviour, State, Transition } from './behaviour.ts';

/** Pages that are not a plain `GET 200`. */
const requests: Readonly<Record<string, readonly [method: string, status: number]>> = {
  NextSong: ['PUT', 200],
  Error: ['GET', 404],
  Login: ['PUT', 307],
  Logout: ['PUT', 307],
  Cancel: ['PUT', 307],
  'Save Settings': ['PUT', 307],
  'Submit Registration': ['PUT', 307],
  'Submit Upgrade': ['PUT', 307],
  'Submit Downgrade': ['PUT', 307],
};

/** Steps by page with their probabilities; what is missing to 1 ends the session. `Page > auth, level` changes group. */
type Steps = Readonly<Record<string, number>>;

/** The pages of the listeners of one auth and level. */
interface Group {
  readonly auth: string;
  readonly level: string;
  /** First pages of a session, by weight. */
  readonly firstPages: Readonly<Record<string, number>>;
  readonly pages: Readonly<Record<string, Steps>>;
}

const groups: readonly Group[] = [
  {
    auth: 'Guest',
    level: 'free',
    firstPages: { About: 20, Help: 10, Home: 100, Register: 30, Error: 5 },
    pages: {
      About: { About: 0.05, Help: 0.05, Home: 0.3, Register: 0.1, Error: 0.001 },
      Help: { About: 0.0025, Help: 0.1, Home: 0.2, Register: 0.03, Error: 0.001 },
      Home: { About: 0.1, Help: 0.05, Home: 0.1, Register: 0.3, Error: 0.001 },
      Register: {
        About: 0.01,
        Help: 0.02,
        Home: 0.1,
        Register: 0.05,
        'Submit Registration > Logged In, free': 0.7,
        Error: 0.001,
      },
      Error: { About: 0.01, Help: 0.05, Home: 0.5, Error: 0.1 },
    },
  },
  {
    auth: 'Logged In',
    level: 'free',
    firstPages: { About: 5, Help: 10, Home: 1000, NextSong: 1500, Error: 1 },
    pages: {
      'Submit Registration': { 'Error > Guest, free': 0.001, Home: 0.999 },
      About: {
        About: 0.05,
        Help: 0.01,
        Home: 0.2,
        Settings: 0.01,
        NextSong: 0.3,
        Logout: 0.01,
        Error: 0.001,
      },
      Help: {
        About: 0.002,
        Help: 0.1,
        Home: 0.2,
        Settings: 0.05,
        Upgrade: 0.01,
        NextSong: 0.32,
        Logout: 0.01,
        Error: 0.001,
      },
      Home: {
        About: 0.002,
        Help: 0.002,
        Home: 0.01,
        Settings: 0.02,
        Upgrade: 0.01,
        NextSong: 0.6,
        Logout: 0.01,
        Error: 0.001,
      },
      Settings: {
        About: 0.002,
        Help: 0.05,
        Home: 0.1,
        Settings: 0.1,
        Upgrade: 0.01,
        NextSong: 0.3,
        Cancel: 0.005,
        Logout: 0.01,
        'Save Settings': 0.2,
        Error: 0.001,
      },
      Upgrade: {
        About: 0.002,
        Help: 0.006,
        Home: 0.1,
        Upgrade: 0.07,
        NextSong: 0.325,
        Logout: 0.01,
        'Submit Upgrade': 0.3,
        Error: 0.001,
      },
      NextSong: {
        About: 0.002,
        Help: 0.005,
        Home: 0.02,
        Settings: 0.005,
        Upgrade: 0.01,
        NextSong: 0.5,
        Logout: 0.02,
        Error: 0.001,
      },
      Cancel: { 'Cancellation Confirmation > Cancelled, free': 0.999, Error: 0.001 },
      Logout: { 'Home > Logged Out, free': 1 },
      'Save Settings': { Home: 0.65, Settings: 0.1, Error: 0.001 },
      'Submit Upgrade': { 'Home > Logged In, paid': 1 },
      Error: { About: 0.001, Help: 0.002, Home: 0.1, NextSong: 0.3, Logout: 0.01, Error: 0.01 },
    },
  },
  {
    auth: 'Logged Out',
    level: 'free',
    firstPages: { About: 10, Help: 10, Home: 1000, Login: 500, Error: 1 },
    pages: {
      About: { About: 0.05, Help: 0.025, Home: 0.3, Login: 0.4, Error: 0.001 },
      Help: { About: 0.0025, Help: 0.1, Home: 0.3, Login: 0.5, Error: 0.001 },
      Home: { About: 0.1, Help: 0.05, Home: 0.1, Login: 0.5, Error: 0.001 },
      Login: { 'Home > Logged In, free': 0.9, Home: 0.099, Error: 0.001 },
      Error: { About: 0.01, Help: 0.05, Home: 0.5, Login: 0.1, Error: 0.01 },
    },
  },
  {
    auth: 'Logged In',
    level: 'paid',
    firstPages: { About: 5, Help: 5, Home: 1000, NextSong: 1750, Error: 1 },
    pages: {
      About: {
        About: 0.05,
        Help: 0.01,
        Home: 0.2,
        Settings: 0.01,
        NextSong: 0.4,
        Logout: 0.01,
        Error: 0.001,
      },
      Downgrade: {
        About: 0.002,
        Downgrade: 0.07,
        Help: 0.006,
        Home: 0.1,
        NextSong: 0.63,
        Logout: 0.01,
        'Submit Downgrade': 0.01,
        Error: 0.001,
      },
      Help: {
        About: 0.002,
        Downgrade: 0.01,
        Help: 0.05,
        Home: 0.1,
        Settings: 0.02,
        NextSong: 0.75,
        Logout: 0.01,
        Error: 0.001,
      },
      Home: {
        About: 0.002,
        Downgrade: 0.01,
        Help: 0.002,
        Home: 0.01,
        Settings: 0.02,
        NextSong: 0.85,
        Logout: 0.01,
        Error: 0.001,
      },
      Settings: {
        About: 0.002,
        Downgrade: 0.01,
        Help: 0.05,
        Home: 0.05,
        Settings: 0.05,
        NextSong: 0.6,
        Cancel: 0.005,
        Logout: 0.01,
        'Save Settings': 0.2,
        Error: 0.001,
      },
      NextSong: {
        About: 0.002,
        Downgrade: 0.01,
        Help: 0.005,
        Home: 0.02,
        Settings: 0.005,
        NextSong: 0.925,
        Logout: 0.01,
        Error: 0.001,
      },
      Cancel: { 'Cancellation Confirmation > Cancelled, paid': 0.999, Error: 0.001 },
      Logout: { Error: 0.001, 'Home > Logged Out, paid': 0.999 },
      'Save Settings': { Home: 0.8, Settings: 0.1, Error: 0.001 },
      'Submit Downgrade': { 'Home > Logged In, free': 0.999, Error: 0.001 },
      Error: { About: 0.001, Help: 0.01, Home: 0.1, NextSong: 0.2, Logout: 0.01, Error: 0.001 },
    },
  },
  {
    auth: 'Logged Out',
    level: 'paid',
    firstPages: { About: 10, Help: 10, Home: 1000, Login: 500, Error: 1 },
    pages: {
      About: { About: 0.05, Help: 0.05, Home: 0.3, Login: 0.1, Error: 0.001 },
      Help: { About: 0.0025, Help: 0.1, Home: 0.2, Login: 0.03, Error: 0.001 },
      Home: { About: 0.1, Help: 0.05, Home: 0.1, Login: 0.3, Error: 0.001 },
      Login: { 'Home > Logged In, paid': 0.9, Home: 0.099, Error: 0.001 },
      Error: { Help: 0.05, Home: 0.3, Login: 0.1, Error: 0.01 },
    },
  },
];

function stateOf(page: string, auth: string, level: string): State {
  const [method, status] = requests[page] ?? ['GET', 200];
  return { page, auth, level, status, method };
}

function destination(step: string, { auth, level }: Group): State {
  const [page = step, group] = step.split(' > ');
  const [newAuth = auth, newLevel = level] = group?.split(', ') ?? [];
  return stateOf(page, newAuth, newLevel);
}

function transitionsOf(group: Group): Transition[] {
  return Object.entries(group.pages).flatMap(([page, steps]) =>
    Object.entries(steps).map(([step, probability]) => ({
      source: stateOf(page, group.auth, group.level),
      dest: destination(step, group),
      probability,
    })),
  );
}

/**
 * The behaviour of listeners unless a configuration says otherwise: the probabilities, weights and times of the
 * example that Eventsim is known by, so that its users find the same listeners here.
 */
export const defaultBehaviour: Behaviour = {
  alphaSeconds: 90,
  betaSeconds: 7 * 86_400,
  sessionGapSeconds: 1800,
  damping: 0.09375,
  weekendDamping: 0.5,
  weekendDampingOffsetMinutes: 180,
  weekendDampingScaleMinutes: 360,
  churnedAuth: 'Cancelled',
  newUserAuth: 'Guest',
  newUserLevel: 'free',
  levels: { free: 10, paid: 2 },
  auths: { 'Logged In': 10, 'Logged Out': 1 },
  authsWithUserDetails: ['Logged In', 'Cancelled'],
  newSession: groups.flatMap(({ auth, level, firstPages }) =>
    Object.entries(firstPages).map(([page, weight]) => ({ ...stateOf(page, auth, level), weight })),
  ),
  transitions: groups.flatMap(transitionsOf),
};
