import { withinLimits } from '../../runtime/loader/limits.ts';

const hoursOf = (topic: string, ...hours: number[]) =>
  hours.map((hour) => ({ topic, hour: Date.UTC(2026, 10, 20, hour) }));
const listens = hoursOf('listen_events', 1, 2, 3, 4);
const logins = hoursOf('auth_events', 1, 2);
const nothing = new Map<string, number>();

test('each topic has its own limit, and the oldest hours come first', () => {
  const { due, left } = withinLimits([...listens, ...logins], { maxHours: 3 }, nothing);
  expect(due).toEqual([...listens.slice(0, 3), ...logins]);
  expect(left).toEqual([
    { topic: 'listen_events', hours: 1, from: '2026-11-20T04', loadedInDay: 0, maxHours: 3 },
  ]);
});

test.each([
  { loaded: 0, due: 3 },
  { loaded: 7, due: 3 },
  { loaded: 8, due: 2 },
  { loaded: 10, due: 0 },
  { loaded: 11, due: 0 },
])('of 10 a day and 3 a run, $due are due after $loaded', ({ loaded, due }) => {
  const limits = { maxHours: 3, maxHoursPerDay: 10 };
  const cut = withinLimits(listens, limits, new Map([['listen_events', loaded]]));
  expect(cut.due).toEqual(listens.slice(0, due));
  expect(cut.left).toMatchObject([{ hours: 4 - due, from: `2026-11-20T0${due + 1}`, loadedInDay: loaded }]);
});

test('without a daily limit what was loaded before does not count', () => {
  const { due, left } = withinLimits(listens, { maxHours: 4 }, new Map([['listen_events', 5_000]]));
  expect(due).toEqual(listens);
  expect(left).toEqual([]);
});
