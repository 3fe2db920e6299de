import { federalHolidays, OffDays } from '../../../runtime/generator/calendar/holidays.ts';
import { DailyRhythm } from '../../../runtime/generator/calendar/rhythm.ts';

const second = (text: string) => Date.parse(`${text}Z`) / 1000;
const dates = (year: number) =>
  federalHolidays(year).map((day) => new Date(day * 86_400_000).toISOString().slice(5, 10));

test('the federal holidays of the United States, as they are observed', () => {
  expect(dates(2026)).toEqual([
    '01-01',
    '01-19',
    '02-16',
    '05-25',
    '06-19',
    '07-03',
    '09-07',
    '10-12',
    '11-11',
    '11-26',
    '12-25',
  ]);
  expect(dates(2022)).toEqual([
    '01-17',
    '02-21',
    '05-30',
    '06-20',
    '07-04',
    '09-05',
    '10-10',
    '11-11',
    '11-24',
    '12-26',
  ]);
  expect(dates(2021)).toContain('12-31');
});

test('weekends are off', () => {
  const off = new OffDays();
  const days = ['2026-03-06', '2026-03-07', '2026-03-08', '2026-03-09'];
  expect(days.map((day) => off.has(Date.parse(day) / 86_400_000))).toEqual([false, true, true, false]);
});

const rhythm = new DailyRhythm({
  damping: 0.09375,
  weekendDamping: 0.5,
  weekendDampingOffsetMinutes: 180,
  weekendDampingScaleMinutes: 360,
});

test('session starts are pulled to 15:00 and away from 03:00', () => {
  const shift = (time: string) => rhythm.warp(second(`2026-03-03T${time}`)) - second(`2026-03-03T${time}`);
  expect([shift('03:00:00'), shift('15:00:00')]).toEqual([0, 0]);
  expect(shift('09:00:00')).toBe(0.09375 * 86_400);
  expect(shift('21:00:00')).toBe(-0.09375 * 86_400);
});

test.each([
  // The ramp into a weekend takes six hours from 21:00 on Friday, the one out of it from 21:00 on Sunday.
  ['2026-03-04T12:00:00', 0],
  ['2026-03-06T20:59:00', 0],
  ['2026-03-06T22:30:00', 0.125],
  ['2026-03-07T00:00:00', 0.25],
  ['2026-03-07T03:00:00', 0.5],
  ['2026-03-07T12:00:00', 0.5],
  ['2026-03-08T20:00:00', 0.5],
  ['2026-03-08T22:30:00', 0.375],
  ['2026-03-09T00:00:00', 0.25],
  ['2026-03-09T03:00:00', 0],
  // A single holiday in the week, Veterans Day 2026 on a Wednesday.
  ['2026-11-10T23:00:00', (0.5 * 120) / 360],
  ['2026-11-11T12:00:00', 0.5],
  ['2026-11-12T01:00:00', (0.5 * 120) / 360],
])('at %s a share of %f of the starts is lost', (time, loss) => {
  expect(rhythm.loss(second(time))).toBeCloseTo(loss, 10);
});
