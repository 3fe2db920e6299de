import { simulatedTopics } from '../../../runtime/generator/simulated-topics.ts';
import { type JsonEvent, monday, settings, simulate } from '../support.ts';

const reference = simulate({ settings: settings({ growthRate: 5 }) });

function texts(events: ReadonlyMap<string, readonly JsonEvent[]>): string[] {
  return simulatedTopics.flatMap((topic) =>
    (events.get(topic) ?? []).map((event) => topic + JSON.stringify(event)),
  );
}

function byUser(events: readonly JsonEvent[]): Map<number, JsonEvent[]> {
  const users = new Map<number, JsonEvent[]>();
  for (const event of events) {
    if (event.userId === undefined) continue;
    const list = users.get(event.userId);
    if (list) list.push(event);
    else users.set(event.userId, [event]);
  }
  return users;
}

function bySession(events: readonly JsonEvent[]): JsonEvent[][] {
  const sessions = new Map<number, JsonEvent[]>();
  for (const event of events)
    sessions.set(event.sessionId, [...(sessions.get(event.sessionId) ?? []), event]);
  return [...sessions.values()];
}

test('the same seed gives the same events however time is cut into steps', () => {
  const fine = simulate({ settings: settings({ growthRate: 5 }), stepSeconds: 4999 });
  expect(texts(fine.events)).toEqual(texts(reference.events));
  // Compared as bytes: as lists of buffers it takes seconds.
  for (const topic of simulatedTopics) {
    const [ours, theirs] = [fine, reference].map(({ messages }) => Buffer.concat(messages.get(topic) ?? []));
    expect([topic, ours?.equals(theirs as Buffer)]).toEqual([topic, true]);
  }
});

test('another seed, and another start, give other events and other session ids', () => {
  const ids = (events: ReadonlyMap<string, readonly JsonEvent[]>) =>
    new Set((events.get('page_view_events') ?? []).map(({ sessionId }) => sessionId));
  const other = simulate({ settings: settings({ seed: 2 }) });
  const later = simulate({ settings: settings({ startMs: monday + 3_600_000 }) });
  expect(texts(other.events)).not.toEqual(texts(reference.events));
  const known = ids(reference.events);
  expect([...ids(other.events), ...ids(later.events)].filter((id) => known.has(id))).toEqual([]);
});

test('events come in order of time, inside the window', () => {
  for (const events of reference.events.values()) {
    const times = events.map(({ ts }) => ts);
    expect(times).toEqual([...times].sort((x, y) => x - y));
    expect(times.every((ts) => ts >= monday && ts < monday + 2 * 86_400_000)).toBe(true);
  }
});

test('every session counts its page views from 0 without a gap and belongs to one user', () => {
  const sessions = bySession(reference.events.get('page_view_events') ?? []);
  expect(sessions.length).toBeGreaterThan(100);
  expect(sessions.filter((session) => session.some((event, index) => event.itemInSession !== index))).toEqual(
    [],
  );
  const ofSeveral = sessions.filter(
    (session) => new Set(session.flatMap(({ userId }) => userId ?? [])).size > 1,
  );
  expect(ofSeveral).toEqual([]);
});

test('users carry their names only where the auth shows them', () => {
  const fields = ['userId', 'firstName', 'lastName', 'gender', 'registration'];
  const wrong = (reference.events.get('page_view_events') ?? []).filter((event) => {
    const shown = event.auth === 'Logged In' || event.auth === 'Cancelled';
    return fields.some((field) => Object.hasOwn(event, field) !== shown);
  });
  expect(wrong).toEqual([]);
});

test('a song plays to its end before the next one starts', () => {
  const listens = bySession(reference.events.get('page_view_events') ?? []).flatMap((session) =>
    session.slice(1).map((event, index) => [session[index] as JsonEvent, event] as const),
  );
  const pairs = listens.filter(([before, after]) => before.page === 'NextSong' && after.page === 'NextSong');
  expect(pairs.length).toBeGreaterThan(100);
  const early = pairs.filter(
    ([before, after]) => after.ts - before.ts !== Math.floor(before.duration as number) * 1000,
  );
  expect(early).toEqual([]);
});

test('a redirect follows after exactly one second', () => {
  const redirects = bySession(reference.events.get('page_view_events') ?? []).flatMap((session) =>
    session
      .slice(1)
      .flatMap((event, index) => (event.status === 307 ? [event.ts - (session[index] as JsonEvent).ts] : [])),
  );
  expect(redirects.length).toBeGreaterThan(10);
  expect(new Set(redirects)).toEqual(new Set([1000]));
});

test('nobody acts before their registration, and sessions of a user are at least the gap apart', () => {
  const { events } = simulate({ settings: settings({ users: 400, growthRate: 30 }), days: 8 });
  const users = byUser(events.get('page_view_events') ?? []);
  expect(users.size).toBeGreaterThan(200);
  const registrations = [...users.values()].map((views) => views[0]?.registration as number);
  expect(registrations.filter((registration) => registration >= monday).length).toBeGreaterThan(10);
  const all = [...users.values()].flat();
  expect(all.filter(({ ts, registration }) => ts < (registration as number))).toEqual([]);
  const gaps = [...users.values()].flatMap((views) => {
    const sessions = bySession(views);
    return sessions
      .slice(1)
      .map((session, index) => (session[0]?.ts as number) - (sessions[index]?.at(-1)?.ts as number));
  });
  expect(gaps.length).toBeGreaterThan(100);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_800_000);
});

describe('auth events', () => {
  /** The pages before each auth event. */
  const pagesBefore = (eventsimCompat: boolean) => {
    const { events } = simulate({
      settings: settings({ users: 1500, eventsimCompat }),
      days: 3,
      formats: ['json'],
    });
    const pages = new Map(
      (events.get('page_view_events') ?? []).map((view) => [
        `${view.sessionId} ${view.itemInSession}`,
        view.page,
      ]),
    );
    return (events.get('auth_events') ?? [])
      .filter(({ itemInSession }) => itemInSession > 0)
      .map(({ sessionId, itemInSession }) => pages.get(`${sessionId} ${itemInSession - 1}`));
  };

  test('are the pages straight after a login', () => {
    const pages = pagesBefore(false);
    expect(pages.length).toBeGreaterThan(50);
    expect(new Set(pages)).toEqual(new Set(['Login']));
  });

  test('also follow a logout or a second login in compat mode, as in Eventsim', () => {
    expect(new Set(pagesBefore(true))).toContain('Home');
  });
});
