import { readEventsimConfig } from '../../../runtime/generator/behaviour/eventsim.ts';

const home = { page: 'Home', auth: 'Logged In', level: 'free', status: 200, method: 'GET' };
const song = { ...home, page: 'NextSong', method: 'PUT' };
const small = {
  levels: [{ level: 'free', weight: 1 }],
  auths: [{ auth: 'Logged In', weight: 1 }],
  'new-user-auth': 'Logged In',
  'show-user-details': [{ auth: 'Logged In', show: true }],
  'new-session': [{ ...home, weight: 1 }],
  transitions: [
    { source: home, dest: song, p: 0.5 },
    { source: song, dest: song, p: 0.9 },
  ],
};

function faultsOf(config: unknown): readonly string[] {
  const read = readEventsimConfig(typeof config === 'string' ? config : JSON.stringify(config));
  if (read.ok) throw new Error('expected faults');
  return read.faults;
}

test('a small configuration gets Eventsim’s defaults', () => {
  const read = readEventsimConfig(JSON.stringify(small));
  expect(read).toMatchObject({
    ok: true,
    notes: [],
    behaviour: {
      alphaSeconds: 60,
      betaSeconds: 259_200,
      sessionGapSeconds: 1800,
      damping: 0.0625,
      weekendDampingOffsetMinutes: 6,
      authsWithUserDetails: ['Logged In'],
    },
  });
});

test('what a configuration says of the run is handed on', () => {
  const read = readEventsimConfig(
    JSON.stringify({
      ...small,
      seed: 7,
      'n-users': 12,
      'growth-rate': 0.5,
      tag: 't',
      'start-date': '2026-01-01T00:00:00',
    }),
  );
  expect(read).toMatchObject({
    run: {
      seed: 7,
      users: 12,
      growthRate: 0.5,
      tag: 't',
      startDate: '2026-01-01T00:00:00',
      endDate: undefined,
    },
  });
});

test('all faults come at once, each with its path in the file', () => {
  const { levels: _levels, ...rest } = small;
  const faults = faultsOf({
    ...rest,
    damping: 0.2,
    extra: 1,
    transitions: [
      { source: home, dest: song, p: 0.7 },
      { source: { ...song, status: '200' }, dest: song, p: 0.9 },
      { source: home, dest: home, p: 0.4 },
    ],
  });
  expect(faults).toEqual([
    expect.stringMatching(/^\$\.damping: got 0\.2; .*1 \/ \(2 pi\)/),
    '$.levels: missing',
    expect.stringMatching(/^\$\.transitions\[1\]\.source\.status: got "200"; /),
    '$.extra: Eventsim has no such key',
    expect.stringMatching(/^\$\.transitions\[0\]\.source: .*Home.* sum to 1\.1; expected at most 1/),
  ]);
});

test('a file that is no JSON says where it breaks', () => {
  expect(faultsOf('{"alpha": 1,,}')).toEqual([
    expect.stringMatching(/^\$: the file is no JSON: .*position 12/),
  ]);
});

test.each([
  [
    'a list of weights that are all 0',
    { levels: [{ level: 'free', weight: 0 }] },
    '$.levels: got a list; expected a weight above 0 in one row',
  ],
  [
    'an auth without a first state',
    { auths: [{ auth: 'Guest', weight: 1 }] },
    '$["new-session"]: no state with a weight above 0 for auth "Guest" and level "free", which listeners can have',
  ],
])('%s is a fault', (_name, change, fault) => {
  expect(faultsOf({ ...small, ...change })).toEqual([fault]);
});

test('states that nobody can come to, and keys that Eventsim ignores, are notes', () => {
  const help = { ...home, page: 'Help' };
  const read = readEventsimConfig(
    JSON.stringify({
      ...small,
      upgrades: [],
      transitions: [...small.transitions, { source: help, dest: home, p: 1 }],
    }),
  );
  expect(read).toMatchObject({
    ok: true,
    notes: [
      'keys that Eventsim does not read either: upgrades',
      'states that no listener can come to: Help (Logged In, free, GET 200)',
    ],
  });
});
