import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultBehaviour } from '../../runtime/generator/behaviour/default.ts';
import { planRun } from '../../runtime/generator/plan.ts';

const now = Date.parse('2026-11-20T16:25:33Z');
const counted = { BEATFLOW_OUTPUTS: 'count' };
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'beatflow-plan-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function configFile(content: unknown): string {
  const path = join(folder, 'config.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
}

const state = { page: 'Home', auth: 'Logged In', level: 'free', status: 200, method: 'GET' };
const config = {
  seed: 5,
  'n-users': 77,
  'new-user-auth': 'Logged In',
  levels: [{ level: 'free', weight: 1 }],
  auths: [{ auth: 'Logged In', weight: 1 }],
  'new-session': [{ ...state, weight: 1 }],
  transitions: [{ source: state, dest: state, p: 0.5 }],
};

test('without anything said, a week of the past begins at a full hour and goes on live', () => {
  const plan = planRun({ BEATFLOW_KAFKA_BROKERS: '127.0.0.1:9092' }, now);
  expect(plan).toMatchObject({
    startMs: Date.parse('2026-11-13T16:00:00Z'),
    endMs: undefined,
    waitForTheClock: true,
    outputs: ['kafka'],
    settings: { seed: 1, users: 20_000, growthRate: 0.3, behaviour: defaultBehaviour },
  });
});

test('an end makes it stop there at full speed; asked for, it runs to its end at the wall clock', () => {
  const times = {
    ...counted,
    BEATFLOW_START_TIME: '2026-03-02T00:00:00',
    BEATFLOW_END_TIME: '2026-03-09T02:00:00+02:00',
  };
  const window = { startMs: Date.parse('2026-03-02T00:00:00Z'), endMs: Date.parse('2026-03-09T00:00:00Z') };
  expect(planRun(times, now)).toMatchObject({ ...window, waitForTheClock: false });
  expect(planRun({ ...times, BEATFLOW_LIVE: 'yes' }, now)).toMatchObject({
    ...window,
    waitForTheClock: true,
  });
});

test('not live and without an end it stops at the present', () => {
  expect(planRun({ ...counted, BEATFLOW_LIVE: 'no' }, now)).toMatchObject({
    endMs: now,
    waitForTheClock: false,
  });
});

test('variables win over the configuration, and the configuration over the defaults', () => {
  const environment = { ...counted, BEATFLOW_EVENTSIM_CONFIG: configFile(config), BEATFLOW_USERS: '9' };
  const { settings } = planRun(environment, now);
  expect(settings).toMatchObject({ seed: 5, users: 9, growthRate: 0 });
  expect(settings.behaviour.transitions).toHaveLength(1);
});

test('faults of variables and of the configuration come together', () => {
  const environment = {
    ...counted,
    BEATFLOW_EVENTSIM_CONFIG: configFile({ ...config, damping: 1 }),
    BEATFLOW_USERS: 'many',
    BEATFLOW_SEED: '-1',
  };
  expect(() => planRun(environment, now)).toThrow(/BEATFLOW_SEED.*BEATFLOW_USERS.*\$\.damping/s);
});

test('a window that ends before it begins, and Kafka without an address, come together', () => {
  const environment = {
    BEATFLOW_START_TIME: '2026-03-02T00:00:00Z',
    BEATFLOW_END_TIME: '2026-03-01T00:00:00Z',
  };
  expect(() => planRun(environment, now)).toThrow(
    /ends at 2026-03-01T00:00:00.000Z, which is not after its start.*BEATFLOW_KAFKA_BROKERS is not set/s,
  );
});

test('files that are not there are named', () => {
  const environment = { ...counted, BEATFLOW_EVENTSIM_CONFIG: join(folder, 'none.json') };
  expect(() => planRun(environment, now)).toThrow(
    /Eventsim configuration .*none\.json cannot be read: .*ENOENT/,
  );
  const songs = { ...counted, BEATFLOW_CATALOGUE: join(folder, 'none.csv') };
  expect(() => planRun(songs, now)).toThrow(/song list .*none\.csv cannot be read: .*ENOENT/);
});

test('runs that differ in what their events depend on have different identities', () => {
  const identity = (environment: Record<string, string>) =>
    planRun({ ...counted, ...environment }, now).identity;
  expect(identity({})).toEqual(identity({}));
  for (const change of [
    { BEATFLOW_SEED: '2' },
    { BEATFLOW_USERS: '2' },
    { BEATFLOW_GROWTH_RATE: '2' },
    { BEATFLOW_TAG: 'x' },
    { BEATFLOW_EVENTSIM_COMPAT: 'yes' },
    { BEATFLOW_EVENTSIM_CONFIG: configFile(config) },
    { BEATFLOW_BACKFILL_DAYS: '3' },
  ]) {
    expect(identity(change)).not.toEqual(identity({}));
  }
});

test('the songs go to the lake of a run into Kafka; events that do not come into a lake bring none', () => {
  const environment = { BEATFLOW_LAKE: '/lake', BEATFLOW_KAFKA_BROKERS: '127.0.0.1:9092' };
  expect(planRun(environment, now).lake).toBe('/lake');
  expect(planRun({ ...environment, ...counted }, now).lake).toBeUndefined();
  expect(planRun({ BEATFLOW_KAFKA_BROKERS: '127.0.0.1:9092' }, now).lake).toBeUndefined();
  expect(() => planRun({ ...environment, BEATFLOW_LAKE: 'lake' }, now)).toThrow(/BEATFLOW_LAKE/);
});
