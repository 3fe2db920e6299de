import type { Page } from 'playwright-core';
import { openPage, settled } from './chromium.ts';
import { artistKey } from './examples.ts';
import { smallFixture } from './marts-fixture.ts';
import { useSite } from './site.ts';

const site = useSite();

type Row = Record<string, unknown>;

const lastDays = (days: number) => `day > date '${smallFixture.lastDay}' - ${days}`;
const format = (options: Intl.NumberFormatOptions) => new Intl.NumberFormat('en-US', options);
const whole = format({ maximumFractionDigits: 0 });
const percent = format({ style: 'percent', maximumFractionDigits: 1 });
const full = (value: unknown) => whole.format(Number(value));
const share = (value: unknown) => percent.format(Number(value));
const calendar = new Intl.DateTimeFormat('en-US', {
  timeZone: 'UTC',
  month: 'short',
  day: 'numeric',
  year: 'numeric',
});
const dayText = (text: unknown) => calendar.format(new Date(`${text}T00:00:00Z`));

async function visit(path: string) {
  const opened = await openPage(site.browser, site.server.url + path);
  await settled(opened.page);
  return opened;
}

/** The rows of the table behind a card, cell by cell. */
async function tableBehind(page: Page, id: string): Promise<string[][]> {
  await page.click(`#${id} summary`);
  await page.locator(`#${id} .table-scroll tbody tr`).first().waitFor();
  return page
    .locator(`#${id} .table-scroll tbody tr`)
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
}

/** The cells that rows of SQL make: the first column is a day, numbers are written by `text`. */
const cellsOf = (rows: readonly Row[], text: (value: unknown) => string = String) =>
  rows.map(({ day, ...rest }) => [
    dayText(day),
    ...Object.values(rest).map((value) => (value === null ? '–' : text(value))),
  ]);

test.each([
  ['gender', { F: 'Women', M: 'Men' }],
  ['level', { free: 'Free', paid: 'Paid' }],
])('listeners by %s are those of the mart', async (by, names) => {
  const expected = await site.fixture.ask(
    `select ${by} as segment, sum(listeners) / 28 as listeners, sum(streams)::bigint as streams,
       round(sum(minutes))::bigint as minutes
     from marts.listeners_by_segment_daily where ${lastDays(28)} group by ${by} order by ${by}`,
  );
  expect(expected).toHaveLength(2);
  const { page, faults } = await visit('/');
  const parts = await page.locator(`#by-${by} .share-legend li`).evaluateAll((items) =>
    items.map((item) => ({
      name: item.querySelector('.share-label')?.textContent,
      share: item.querySelector('strong')?.textContent,
      listeners: Number(item.getAttribute('data-value')),
    })),
  );
  const sum = expected.reduce((total, { listeners }) => total + Number(listeners), 0);
  expect(parts.map(({ name, share: part }) => [name, part])).toEqual(
    expected.map(({ segment, listeners }) => [
      names[segment as keyof typeof names],
      share(Number(listeners) / sum),
    ]),
  );
  for (const [index, { listeners }] of parts.entries()) {
    expect(listeners).toBeCloseTo(Number(expected[index]?.listeners), 6);
  }
  const rows = (await tableBehind(page, `by-${by}`)).map(([name, , streams, minutes]) => [
    name,
    streams,
    minutes,
  ]);
  expect(rows.sort()).toEqual(
    expected
      .map(({ segment, streams, minutes }) => [
        names[segment as keyof typeof names],
        String(streams),
        String(minutes),
      ])
      .sort(),
  );
  expect(faults).toEqual([]);
});

test('listeners by age of the account and the minutes are those of the marts', async () => {
  const expected = await site.fixture.ask(
    `select segment, sum(listeners) / 28 as listeners from marts.demographics_daily
     where ${lastDays(28)} and dimension = 'account_age' group by segment order by listeners desc`,
  );
  const [totals] = await site.fixture.ask(
    `select sum(minutes) as minutes, sum(sessions)::bigint as sessions from marts.activity_daily where ${lastDays(28)}`,
  );
  const { page, faults } = await visit('/');
  const ranks = await page.locator('#by-account-age .rank').evaluateAll((items) =>
    items.map((item) => ({
      name: item.querySelector('.rank-title')?.textContent?.toLowerCase(),
      listeners: Number(item.querySelector('.rank-bar')?.getAttribute('data-value')),
    })),
  );
  expect(ranks.map(({ name }) => name)).toEqual(expected.map(({ segment }) => segment));
  for (const [index, { listeners }] of ranks.entries()) {
    expect(listeners).toBeCloseTo(Number(expected[index]?.listeners), 6);
  }
  const tile = (measure: string) => page.locator(`.tile[data-measure="${measure}"] .tile-value`);
  expect(await tile('minutes').getAttribute('title')).toBe(full(totals?.minutes));
  expect(await tile('sessions').textContent()).toBe(full(totals?.sessions));
  expect(faults).toEqual([]);
});

test.each([
  ['song', '/songs/song-3', 'song-3'],
  ['artist', `/artists/${artistKey}`, artistKey],
])('%s: the days and the ranks are those of the marts', async (kind, path, key) => {
  const days = await site.fixture.ask(
    `select cast(day as varchar) as day, streams, listeners from marts.${kind}_popularity_daily
     where ${kind}_key = '${key}' order by day`,
  );
  expect(days).toHaveLength(smallFixture.days);
  const ranks = await site.fixture.ask(
    `select cast(day as varchar) as day, chart_rank, movement from marts.charts_${kind}s_weekly
     where ${kind}_key = '${key}' and region = 'US' order by day`,
  );
  expect(ranks.length).toBeGreaterThan(5);
  const { page, faults } = await visit(path);
  expect(await tableBehind(page, 'days')).toEqual(cellsOf(days));
  expect(await tableBehind(page, 'ranks')).toEqual(cellsOf(ranks));
  expect(await page.locator('#ranks .plot').getAttribute('aria-label')).toContain(
    'Place on the weekly chart',
  );
  expect(faults).toEqual([]);
});

const lines: readonly [card: string, columns: string, mart: string, text: (value: unknown) => string][] = [
  ['active-users', 'mau, wau, dau', 'active_users_daily', String],
  ['movement', 'new_users, resurrected_users, churned_users', 'active_users_daily', String],
  ['stickiness', 'stickiness', 'active_users_daily', share],
  ['subscriptions', 'paid_users, free_users', 'subscriptions_daily', String],
  ['changes', 'upgrades, downgrades, cancellations', 'subscriptions_daily', String],
  ['sessions', 'mean_minutes::double as mean_minutes', 'sessions_daily', String],
];

test.each(lines)('on growth %s shows %s of the mart', async (card, columns, mart, text) => {
  const expected = await site.fixture.ask(
    `select cast(day as varchar) as day, ${columns} from marts.${mart} where ${lastDays(28)} order by day`,
  );
  expect(expected).toHaveLength(28);
  const { page, faults } = await visit('/growth');
  expect(await tableBehind(page, card)).toEqual(cellsOf(expected, text));
  expect(faults).toEqual([]);
});

test('every step of the funnel is the sum of the mart, with its share of the step before', async () => {
  const steps = ['visits', 'register_views', 'sign_ups', 'listened', 'upgraded'];
  const [funnel] = await site.fixture.ask(
    `select ${steps.map((step) => `sum(${step})::bigint as ${step}`).join(', ')}
     from marts.conversion_funnel_daily where ${lastDays(28)}`,
  );
  const values = steps.map((step) => Number(funnel?.[step]));
  expect(new Set(values).size).toBe(steps.length);
  const { page, faults } = await visit('/growth');
  const shown = await page
    .locator('.funnel li')
    .evaluateAll((items) =>
      items.map((item) => [
        Number(item.getAttribute('data-value')),
        item.querySelector('strong')?.textContent,
        item.querySelector('.funnel-share')?.textContent,
      ]),
    );
  expect(shown).toEqual(
    values.map((value, index) => [
      value,
      full(value),
      index === 0 ? '' : `${share(value / (values[index - 1] ?? 0))} of the step before`,
    ]),
  );
  expect((await tableBehind(page, 'funnel')).map(([, value]) => Number(value))).toEqual(values);
  expect(faults).toEqual([]);
});

test('every cell of the retention heat map is the share of the mart', async () => {
  const cells = await site.fixture.ask(
    `select cast(cohort_week as varchar) as day, cohort_users, weeks_since, active_users, retention
     from marts.retention_cohorts_weekly order by cohort_week, weeks_since`,
  );
  const { page, faults } = await visit('/growth?range=all');
  const shown = await page.locator('.heat-table tbody tr').evaluateAll((rows) =>
    rows.flatMap((row) => {
      const [cohort, users, ...weeks] = [...row.children].map((cell) => cell.textContent);
      return weeks.flatMap((text, week) => {
        const title = row.children[week + 2]?.getAttribute('title');
        return text ? [[cohort, users, week, title, text]] : [];
      });
    }),
  );
  expect(shown.length).toBeGreaterThan(50);
  expect(shown).toEqual(
    cells.map(({ day, cohort_users, weeks_since, active_users, retention }) => [
      dayText(day),
      full(cohort_users),
      weeks_since,
      `${full(active_users)} of ${full(cohort_users)} listeners`,
      share(retention),
    ]),
  );
  expect(faults).toEqual([]);
});

test('every chart has its numbers as CSV and as JSON, and both are there', async () => {
  const found: string[] = [];
  const withoutCards: string[] = [];
  for (const path of [
    '/',
    '/charts',
    '/growth',
    '/live',
    '/songs/song-3',
    `/artists/${artistKey}`,
    '/states/TX',
    '/wrapped/37/2026',
  ]) {
    const { page, faults } = await openPage(site.browser, site.server.url + path);
    await page.locator('main .downloads').first().waitFor();
    await page.locator('main [aria-busy="true"]').first().waitFor({ state: 'detached' });
    const cards = await page
      .locator('main section.card')
      .evaluateAll((sections) =>
        sections
          .filter((section) => section.querySelector('svg, ol.ranking, ul.ranking, .shares, .funnel, table'))
          .map((section) => [section.id, section.querySelectorAll('.downloads a').length]),
      );
    if (cards.length === 0) withoutCards.push(path);
    expect([path, cards.filter(([, links]) => links !== 2)]).toEqual([path, []]);
    const links = await page
      .locator('.downloads a')
      .evaluateAll((all) => all.map((link) => [link.textContent, link.getAttribute('href') ?? '']));
    expect(links.length).toBeGreaterThan(1);
    for (const [format, address] of links) {
      const { status, headers } = await fetch(site.server.url + address);
      const type = format === 'CSV' ? 'text/csv' : 'application/json';
      expect([address, status, headers.get('content-type')]).toEqual([
        address,
        200,
        `${type}; charset=utf-8`,
      ]);
    }
    found.push(...links.map(([, address]) => String(address).split('?')[0] ?? ''));
    expect(faults).toEqual([]);
  }
  // Wrapped tells a story.
  expect(withoutCards).toEqual(['/wrapped/37/2026']);
  expect(found).toContain('/api/retention.csv');
  expect(found).toContain('/api/retention');
  expect(found).toContain('/api/live.csv');
});
