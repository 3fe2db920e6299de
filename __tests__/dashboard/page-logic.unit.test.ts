import fc from 'fast-check';
import { previousPeriod, readFilters, writeFilters } from '../../runtime/dashboard/page/filters.ts';
import { ago, compact, full } from '../../runtime/dashboard/page/format.ts';
import { addDays } from '../../runtime/dashboard/shared/days.ts';
import { matchPage } from '../../runtime/dashboard/shared/page-paths.ts';

const extent = { firstDay: '2026-01-01', lastDay: '2026-03-31' };

test('without anything in the address the last 28 days of everyone are shown', () => {
  expect(readFilters('', extent)).toEqual({
    range: '28',
    from: '2026-03-04',
    to: '2026-03-31',
    state: undefined,
    level: undefined,
  });
  expect(writeFilters(readFilters('', extent))).toBe('');
});

test('a period longer than the history begins with it', () => {
  expect(readFilters('?range=365', extent)).toMatchObject({ from: '2026-01-01', to: '2026-03-31' });
  expect(readFilters('?range=all', extent)).toMatchObject({ from: '2026-01-01', to: '2026-03-31' });
});

test('nonsense in the address counts as absent', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (range, from, state) => {
      const search = `?${new URLSearchParams({ range, from, to: '2026-02-30', state, level: range })}`;
      const filters = readFilters(search, extent);
      expect(filters.from >= extent.firstDay && filters.from <= filters.to).toBe(true);
      expect(filters.state ?? 'AA').toMatch(/^[A-Z]{2}$/);
    }),
  );
});

test('filters read back as they were written', () => {
  const day = fc.integer({ min: 0, max: 89 }).map((count) => addDays(extent.firstDay, count));
  fc.assert(
    fc.property(
      fc.constantFrom('7', '28', '90', '365', 'all', 'custom'),
      day,
      day,
      fc.constantFrom(undefined, 'CA', 'VT'),
      fc.constantFrom(undefined, 'free', 'paid'),
      (range, one, other, state, level) => {
        const [from, to] = [one, other].sort();
        const search = range === 'custom' ? `?from=${from}&to=${to}` : `?range=${range}`;
        const filters = { ...readFilters(search, extent), state, level } as ReturnType<typeof readFilters>;
        expect(readFilters(writeFilters(filters), extent)).toEqual(filters);
      },
    ),
  );
});

test('the period before has the same length and ends the day before, or there is none', () => {
  expect(previousPeriod({ from: '2026-03-04', to: '2026-03-31' }, extent)).toEqual({
    from: '2026-02-04',
    to: '2026-03-03',
  });
  expect(previousPeriod({ from: '2026-01-20', to: '2026-02-20' }, extent)).toBeUndefined();
});

test('paths find their page with what varies in them, decoded; hostile ones find none or are kept as text', () => {
  expect(matchPage('/songs/a%20b')?.parameters).toEqual(['a b']);
  expect(matchPage('/wrapped/7/2026')?.parameters).toEqual(['7', '2026']);
  expect(matchPage('/songs/%E0%A4%A')?.parameters).toEqual(['%E0%A4%A']);
  expect(matchPage('/songs/')).toBeUndefined();
  expect(matchPage('/songs/a/b')).toBeUndefined();
  expect(matchPage('/nowhere')).toBeUndefined();
});

test('numbers and ages are written for people', () => {
  expect([full(1234567.4), compact(1_234_567), compact(950)]).toEqual(['1,234,567', '1.23M', '950']);
  expect([ago(-5), ago(59_400), ago(60_000), ago(3_600_000), ago(48 * 3_600_000)]).toEqual([
    '0 s ago',
    '59 s ago',
    '1 min ago',
    '1 h ago',
    '2 days ago',
  ]);
});
