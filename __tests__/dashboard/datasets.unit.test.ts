import { csv } from '../../runtime/dashboard/api/csv.ts';
import { rowsOf } from '../../runtime/dashboard/api/dataset-answer.ts';
import { xmlText } from '../../runtime/dashboard/api/share-picture.ts';
import { songChart } from '../../runtime/dashboard/datasets/charts.ts';
import type { Dataset } from '../../runtime/dashboard/datasets/dataset.ts';
import { type Audience, perAudience } from '../../runtime/dashboard/datasets/fragments.ts';
import { datasets } from '../../runtime/dashboard/datasets/index.ts';
import { rollUp } from '../../runtime/dashboard/datasets/roll-up.ts';
import { addDays, daysIn, mondayOf } from '../../runtime/dashboard/shared/days.ts';
import { listenerType } from '../../runtime/dashboard/shared/listener-type.ts';
import { usStateOf, usStates } from '../../runtime/dashboard/shared/us-states.ts';
import type { NamedQuery, Row, Values } from '../../runtime/warehouse/marts/marts.ts';

test('the residents of the states add up to those of the country in the 2020 census', () => {
  expect(usStates).toHaveLength(51);
  expect(usStates.reduce((sum, { residents }) => sum + residents, 0)).toBe(331_449_281);
  expect(new Set(usStates.map(({ fips }) => fips)).size).toBe(51);
  expect(usStateOf('VT')).toMatchObject({ name: 'Vermont', residents: 643_077 });
  expect(usStateOf('PR')).toBeUndefined();
});

test('datasets have names of their own and say of every parameter and column what it is', () => {
  expect(new Set(datasets.map(({ name }) => name)).size).toBe(datasets.length);
  for (const { name, params, row } of datasets) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const [key, schema] of Object.entries({ ...params.shape, ...row.shape })) {
      expect([name, key, (schema as { description?: string }).description]).toEqual([
        name,
        key,
        expect.stringMatching(/\.$/),
      ]);
    }
  }
});

test('days are counted over leap days and ends of years', () => {
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
  expect(addDays('2027-01-01', -1)).toBe('2026-12-31');
  expect(daysIn('2028-02-28', '2028-03-01')).toBe(3);
  expect(['2026-11-16', '2026-11-20', '2026-11-22', '2027-01-01'].map(mondayOf)).toEqual([
    '2026-11-16',
    '2026-11-16',
    '2026-11-16',
    '2026-12-28',
  ]);
  expect(daysIn('2026-03-01', '2026-03-01')).toBe(1);
});

test.each([
  [{ percentile: 0.9, longest_streak_days: 30 }, 'marathoner'],
  [{ percentile: 0.89, longest_streak_days: 14, streams: 10, songs: 1 }, 'regular'],
  [{ longest_streak_days: 13, streams: 10, songs: 5, favourite_hour: 2 }, 'devotee'],
  [{ streams: 19, songs: 10, favourite_hour: 4 }, 'night-owl'],
  [{ streams: 10, songs: 9, favourite_hour: 5 }, 'explorer'],
  [{ streams: 100, songs: 89, favourite_hour: 12 }, 'wanderer'],
])('a year of %j makes a %s', (figures, expected) => {
  expect(listenerType(figures).key).toBe(expected);
});

test('days become weeks from Monday and months; streams add up, listeners are those of the average day', () => {
  const days = ['2026-03-29', '2026-03-30', '2026-03-31', '2026-04-01'].map((period, index) => ({
    period,
    streams: 10 ** index,
    listeners: index,
    minutes: index,
  }));
  expect(rollUp(days, 'week')).toEqual([
    { period: '2026-03-23', streams: 1, listeners: 0, minutes: 0 },
    { period: '2026-03-30', streams: 1110, listeners: 2, minutes: 6 },
  ]);
  expect(rollUp(days, 'month')).toEqual([
    { period: '2026-03-01', streams: 111, listeners: 1, minutes: 3 },
    { period: '2026-04-01', streams: 1000, listeners: 3, minutes: 3 },
  ]);
});

test('CSV quotes what needs it and leaves no formula for a spreadsheet to run', () => {
  const rows = [
    { a: 'plain', b: 1.5, c: null },
    { a: 'comma, "quote"\nline', b: -2, c: [1, null, 2] },
    { a: '=HYPERLINK("x")', b: 0, c: '@SUM(1)' },
  ];
  expect(csv(['a', 'b', 'c'], rows)).toBe(
    'a,b,c\r\nplain,1.5,\r\n"comma, ""quote""\nline",-2,1 - 2\r\n"\'=HYPERLINK(""x"")",0,\'@SUM(1)\r\n',
  );
});

test('text in the picture cannot become markup and is cut by characters, not in their middle', () => {
  expect(xmlText(`<a href="x">'&\u0000\u0008`)).toBe('&lt;a href=&quot;x&quot;&gt;&apos;&amp;');
  expect(xmlText('🎵🎵🎵🎵', 3)).toBe('🎵🎵…');
});

describe('a chart', () => {
  const params = { cycle: 'week', region: 'VT', day: '2026-03-18', limit: 2 };
  const charts: Readonly<Record<string, readonly Row[]>> = {
    '2026-03-16': [
      { day: '2026-03-02', places: '12 b 3 c' },
      { day: '2026-03-09', places: '7 a' },
      { day: '2026-03-16', places: '2 c 40 3 1 5 up 3 a 30 7 3 2 up 1 b 50 - 1 2 re-entry' },
    ],
    '2026-03-23': [
      { day: '2026-03-09', places: '7 a' },
      { day: '2026-03-16', places: '2 c 3 a 1 b' },
    ],
  };
  const asked: [string, Values][] = [];
  const version = {
    pointer: { version: 'v', publishedAt: '2026-03-31T00:00:00Z', marts: {} },
    async query({ name }: NamedQuery, values: Values): Promise<readonly Row[]> {
      if (name !== 'extent') asked.push([name, values]);
      if (name === 'extent') return [{ first_day: '2025-01-01', last_day: '2026-03-31' }];
      if (name !== 'song_names') return charts[String(values.chart_day)] ?? [];
      return ['a', 'b', 'c'].map((key) => ({ song_key: key, song: key.toUpperCase(), artist: 'x' }));
    },
  };
  const rows = (day: string) => {
    asked.length = 0;
    return rowsOf(songChart as unknown as Dataset, { ...params, day }, version);
  };
  const day = '2026-03-16';
  const expected = [
    { chart_rank: 1, song_key: 'b', song: 'B', artist: 'x', day, streams: 50, last_rank: null, peak_rank: 1 },
    { chart_rank: 2, song_key: 'c', song: 'C', artist: 'x', day, streams: 40, last_rank: 3, peak_rank: 1 },
  ].map((row, index) => ({
    ...row,
    times_on_chart: [2, 5][index],
    movement: ['re-entry', 'up'][index],
    past_ranks: [
      [12, null, 1],
      [3, null, 2],
    ][index],
  }));

  test('is the one of the week asked for, in order, with the places of the last time', async () => {
    expect(await rows('2026-03-18')).toEqual(expected);
    expect(asked).toEqual([
      ['chart_songs_week', { region: 'VT', since: '2025-09-22', chart_day: '2026-03-16' }],
      ['song_names', {}],
    ]);
  });

  test('is the newest before a week without one', async () => {
    expect(await rows('2026-03-29')).toEqual(expected);
    expect(asked.map(([, { chart_day: chartDay }]) => chartDay)).toEqual(['2026-03-23', '2026-03-16']);
  });

  test('has no places where there was none in the last time', async () => {
    expect(await rows('2024-03-29')).toEqual([]);
    expect(asked).toHaveLength(1);
  });
});

test('each way of giving an audience has a query with the conditions of that way and no other', () => {
  const query = perAudience('q', (ofAudience) => `select 1 from marts.m where true${ofAudience}`);
  const condition = (audience: Audience) => query(audience).text.split('where true')[1];
  expect(condition({})).toBe('');
  expect(condition({ state: 'CA' })).toBe(' and state = $state');
  expect(condition({ level: 'paid' })).toBe(' and level = $level');
  expect(condition({ state: 'CA', level: 'paid' })).toBe(' and state = $state and level = $level');
  const names = [{}, { state: 'CA' }, { level: 'paid' }, { state: 'CA', level: 'paid' }].map(
    (audience) => query(audience).name,
  );
  expect(new Set(names).size).toBe(4);
});
