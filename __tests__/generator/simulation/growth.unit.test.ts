import { Arrivals } from '../../../runtime/generator/simulation/arrivals.ts';
import { never, yearSeconds } from '../../../runtime/generator/simulation/settings.ts';
import eventsim from '../parity/eventsim.json' with { type: 'json' };
import { type JsonEvent, monday, settings, simulate } from '../support.ts';

const thirtyDays = 30 * 86_400;
const users = 1000;

function joinedWithin(seconds: number, seed: number): number {
  const arrivals = new Arrivals(settings({ users, growthRate: 10, seed }));
  while (arrivals.second < seconds) arrivals.take();
  return arrivals.index - users;
}

function registeredSince(start: number, events: readonly JsonEvent[]): Set<number> {
  const recent = events.filter(
    ({ registration }) => typeof registration === 'number' && registration > start,
  );
  return new Set(recent.flatMap(({ userId }) => userId ?? []));
}

test('newcomers compound: as many as exponential growth gives, within its own spread', () => {
  const factor = Math.exp((10 * thirtyDays) / yearSeconds);
  const seeds = Array.from({ length: 20 }, (_, seed) => joinedWithin(thirtyDays, seed));
  const mean = seeds.reduce((sum, joined) => sum + joined, 0) / seeds.length;
  // A Yule process: variance n0 * factor * (factor - 1).
  const standardError = Math.sqrt((users * factor * (factor - 1)) / seeds.length);
  expect(Math.abs(mean - users * (factor - 1))).toBeLessThan(4 * standardError);
});

test('without growth nobody joins', () => {
  expect(new Arrivals(settings({ users })).second).toBe(never);
});

test('in compat mode as many newcomers register as in Eventsim, which is known from one seed', () => {
  const endMs = monday + thirtyDays * 1000;
  const { events } = simulate({
    settings: settings({ users, growthRate: 10, eventsimCompat: true, endMs }),
    days: 30,
    stepSeconds: 86_400,
    formats: ['json'],
  });
  const ours = registeredSince(monday, events.get('page_view_events') ?? []).size;
  const theirs = eventsim.growth.registered;
  // Two counts of one process: the difference of two Poisson numbers, with the spread of the compounding on top.
  expect(Math.abs(ours - theirs)).toBeLessThan(
    5 * Math.sqrt(2 * theirs * Math.exp((10 * thirtyDays) / yearSeconds)),
  );
});

test('attrition takes the share of listeners that its rate says', () => {
  const rate = 12;
  const active = (attritionRate: number) => {
    const { events } = simulate({
      settings: settings({ users: 400, attritionRate }),
      days: 60,
      stepSeconds: 86_400,
      formats: ['json'],
    });
    const late = (events.get('page_view_events') ?? []).filter(({ ts }) => ts > monday + 30 * 86_400_000);
    return new Set(late.flatMap(({ userId }) => userId ?? [])).size;
  };
  const stayed = active(rate) / active(0);
  // Those who are seen in days 30 to 60 survived between 30 and 60 days.
  expect(stayed).toBeGreaterThan(Math.exp((-rate * 60) / 365) - 0.08);
  expect(stayed).toBeLessThan(Math.exp((-rate * 30) / 365) + 0.08);
});

test('Eventsim’s attrition, kept in compat mode, lets nobody have a second session', () => {
  const { events } = simulate({
    settings: settings({ attritionRate: 0.1, eventsimCompat: true }),
    days: 20,
    stepSeconds: 86_400,
    formats: ['json'],
  });
  const sessions = new Map<number, Set<number>>();
  for (const { userId, sessionId } of events.get('page_view_events') ?? []) {
    if (userId !== undefined) sessions.set(userId, (sessions.get(userId) ?? new Set()).add(sessionId));
  }
  expect(sessions.size).toBeGreaterThan(50);
  expect(Math.max(...[...sessions.values()].map(({ size }) => size))).toBe(1);
});
