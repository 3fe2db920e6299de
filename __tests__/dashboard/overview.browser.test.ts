import type { Page, Request } from 'playwright-core';
import { axeViolations, openCountingShifts, openPage, settled } from './chromium.ts';
import { MartsFixture, smallFixture } from './marts-fixture.ts';
import { useSite } from './site.ts';
import { startTestServer, type TestServer } from './test-server.ts';

const site = useSite();

const lastDays = (days: number) => `day > date '${smallFixture.lastDay}' - ${days}`;
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const full = (value: unknown) => whole.format(Number(value));

/** What a ranking on the page shows. */
async function ranksOf(page: Page, card: string): Promise<{ name: string; streams: number }[]> {
  return page.locator(`${card} .rank`).evaluateAll((items) =>
    items.map((item) => ({
      name: item.querySelector('.rank-title')?.textContent ?? '',
      streams: Number(item.querySelector('.rank-bar')?.getAttribute('data-value')),
    })),
  );
}

test('the bars are the most played songs of the last 28 days, with the numbers of the marts', async () => {
  const expected = await site.fixture.ask(
    `select song, artist, sum(streams)::bigint as streams from marts.song_popularity_daily
     where ${lastDays(28)} group by all order by streams desc limit 10`,
  );
  const { page, faults } = await openPage(site.browser, site.server.url);
  await settled(page);
  const bars = page.locator('#top-songs .rank');
  expect(await bars.count()).toBe(10);
  const shown = await bars.evaluateAll((items) =>
    items.map((item) => ({
      song: item.querySelector('.rank-title')?.textContent,
      artist: item.querySelector('.rank-subtitle')?.textContent,
      streams: Number(item.querySelector('.rank-bar')?.getAttribute('data-value')),
    })),
  );
  expect(shown).toEqual(expected);

  const widths = (await page.evaluate(`[...document.querySelectorAll('#top-songs .rank-bar')].map((bar) =>
    Number.parseFloat(getComputedStyle(bar, '::after').width) / bar.clientWidth)`)) as number[];
  const largest = Number(expected[0]?.streams);
  expect(widths).toHaveLength(expected.length);
  for (const [index, width] of widths.entries()) {
    expect(width).toBeCloseTo(Number(expected[index]?.streams) / largest, 2);
  }
  expect(faults).toEqual([]);
});

test('the headline numbers, their change and the map are those of the marts', async () => {
  const [now] = await site.fixture.ask(
    `select sum(streams)::bigint as streams, avg(listeners) as daily_listeners, sum(new_users)::bigint as new_users
     from marts.activity_daily where ${lastDays(28)}`,
  );
  const [before] = await site.fixture.ask(
    `select sum(streams)::bigint as streams from marts.activity_daily
     where ${lastDays(56)} and not ${lastDays(28)}`,
  );
  const { page, faults } = await openPage(site.browser, site.server.url);
  await settled(page);
  const tile = (measure: string) => page.locator(`.tile[data-measure="${measure}"]`);
  expect(await tile('streams').locator('.tile-value').textContent()).toBe(full(now?.streams));
  expect(await tile('daily_listeners').locator('.tile-value').textContent()).toBe(full(now?.daily_listeners));
  expect(await tile('new_users').locator('.tile-value').textContent()).toBe(full(now?.new_users));
  const change = Number(now?.streams) / Number(before?.streams) - 1;
  expect(await tile('streams').locator('.delta').textContent()).toContain(`${(change * 100).toFixed(1)}%`);

  const states = await site.fixture.ask(
    `select state, sum(streams)::bigint as streams from marts.listeners_by_segment_daily
     where ${lastDays(28)} group by state order by streams desc`,
  );
  await page.click('#states summary');
  await page.locator('#states tbody tr').first().waitFor();
  const cells = await page.locator('#states tbody tr td:nth-child(2)').allTextContents();
  expect(cells).toEqual(states.map(({ streams }) => String(streams)));
  const filled = (await page.evaluate(`[...document.querySelectorAll('#states path.pickable')].map((path) =>
    path.dataset.state)`)) as string[];
  expect(filled.sort()).toEqual([...smallFixture.statesOf].sort());
  expect(faults).toEqual([]);
});

test('the chart over time shows hours, days, weeks or months, with the sums of the marts', async () => {
  const { page, faults } = await openPage(site.browser, `${site.server.url}/?range=all`);
  await settled(page);
  await page.click('#activity summary');
  await page.locator('#activity input[value="week"]').check();
  await page.locator('#activity th', { hasText: 'Week of' }).first().waitFor();
  const weeks = await site.fixture.ask(
    `select sum(streams)::bigint as streams from marts.activity_daily
     group by date_trunc('week', day) order by date_trunc('week', day)`,
  );
  expect(await page.locator('#activity tbody td:nth-child(2)').allTextContents()).toEqual(
    weeks.map(({ streams }) => String(streams)),
  );
  await page.locator('#activity input[value="hour"]').check();
  await page.locator('#activity th', { hasText: ', 00:00' }).first().waitFor();
  expect(await page.locator('#activity .plot').getAttribute('aria-label')).toContain('Streams by hour');
  expect(faults).toEqual([]);
});

test('the scripts of the front page weigh less than 200 KB compressed', async () => {
  const { page } = await openPage(site.browser, site.server.url);
  await settled(page);
  const bytes = (await page.evaluate(`performance.getEntriesByType('resource')
    .filter(({ name }) => name.endsWith('.js')).reduce((sum, entry) => sum + entry.encodedBodySize, 0)`)) as number;
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(200_000);
});

test('filters narrow the page, live in the address and survive a reload', async () => {
  const { page, faults } = await openPage(site.browser, site.server.url);
  await settled(page);
  await page.click('.filters input[value="7"]');
  await page.selectOption('.filters select[aria-label="State"]', 'TX');
  await page.selectOption('.filters select[aria-label="Level"]', 'paid');
  await settled(page);
  expect(new URL(page.url()).search).toBe('?range=7&state=TX&level=paid');
  const [expected] = await site.fixture.ask(
    `select sum(streams)::bigint as streams from marts.listeners_by_segment_daily
     where ${lastDays(7)} and state = 'TX' and level = 'paid'`,
  );
  const streams = page.locator('.tile[data-measure="streams"] .tile-value');
  expect(await streams.textContent()).toBe(full(expected?.streams));
  const songs = await site.fixture.ask(
    `select name, streams from (
       select song_key, song as name, sum(paid_streams)::bigint as streams
       from marts.song_popularity_by_state_daily join marts.song_totals using (song_key)
       where ${lastDays(7)} and state = 'TX' group by all order by streams desc, song_key limit 10
     ) order by streams desc, song_key`,
  );
  const artists = await site.fixture.ask(
    `select name, streams from (
       select songs.artist_key, songs.artist as name, sum(paid_streams)::bigint as streams
       from marts.song_popularity_by_state_daily join marts.song_totals as songs using (song_key)
       where ${lastDays(7)} and state = 'TX' group by all order by streams desc, songs.artist_key limit 10
     ) order by streams desc, artist_key`,
  );
  expect(await ranksOf(page, '#top-songs')).toEqual(songs);
  expect(await ranksOf(page, '#top-artists')).toEqual(artists);
  const devices = await site.fixture.ask(
    `select segment as name, round(sum(listeners) / 7)::integer as streams from marts.demographics_daily
     where ${lastDays(7)} and state = 'TX' and level = 'paid' and dimension = 'device'
     group by segment order by sum(listeners) desc`,
  );
  expect(
    (await ranksOf(page, '#by-device')).map(({ name, streams }) => ({ name, streams: Math.round(streams) })),
  ).toEqual(devices);
  await page.reload();
  await settled(page);
  expect(await streams.textContent()).toBe(full(expected?.streams));
  expect(await page.locator('.filters select[aria-label="State"]').inputValue()).toBe('TX');
  expect(faults).toEqual([]);
});

test('clicking a state on the map narrows the page to it, and again widens it', async () => {
  const { page, faults } = await openPage(site.browser, site.server.url);
  await settled(page);
  await page.locator('#states path[data-state="TX"]').click();
  await page.waitForURL('**/?state=TX');
  await settled(page);
  await page.locator('#states path[data-state="TX"]').click();
  await page.waitForURL(`${site.server.url}/`);
  expect(faults).toEqual([]);
});

test.each([
  ['light', { dark: false }],
  ['dark', { dark: true }],
  ['phone', { width: 390, height: 844 }],
])('axe-core finds nothing in %s, and nothing moves while it loads', async (_name, options) => {
  const { page, faults, shifted } = await openCountingShifts(site.browser, site.server.url, options);
  await settled(page);
  expect(await shifted()).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  for (const summary of await page.locator('main summary').all()) await summary.click();
  await page.locator('#by-level tbody tr').first().waitFor();
  expect(await axeViolations(page)).toEqual([]);
  expect(faults).toEqual([]);
});

test('the page shows a new version by itself, and after the server was away', async () => {
  const own = await MartsFixture.create();
  let running: TestServer | undefined;
  try {
    running = await startTestServer(own.marts);
    const { url } = running;
    const { page } = await openPage(site.browser, url);
    await page.getByRole('heading', { name: 'No data yet' }).waitFor();

    await own.publish({ ...smallFixture, days: 5 });
    await settled(page);
    const streams = page.locator('.tile[data-measure="streams"] .tile-value');
    const sum = async () =>
      full((await own.ask('select sum(streams)::bigint as streams from marts.activity_daily'))[0]?.streams);
    expect(await streams.textContent()).toBe(await sum());

    await running.stop();
    await page.locator('.freshness-text', { hasText: 'Reconnecting' }).waitFor();
    await own.publish({ ...smallFixture, days: 9 });
    running = await startTestServer(own.marts, { port: Number(new URL(url).port) });
    await streams.filter({ hasText: await sum() }).waitFor();
    await page.locator('.freshness-text', { hasText: 'Updated' }).waitFor();
    expect(running.complaints).toEqual([]);
  } finally {
    await running?.stop();
    await own.remove();
  }
});

test('a page that nobody sees holds no stream, and catches up when it is seen again', async () => {
  const own = await MartsFixture.create();
  let running: TestServer | undefined;
  try {
    await own.publish({ ...smallFixture, days: 5 });
    running = await startTestServer(own.marts);
    const { page } = await openPage(site.browser, running.url);
    await settled(page);
    const setHidden = (hidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`);
    const streams = page.locator('.tile[data-measure="streams"] .tile-value');
    const before = await streams.textContent();
    const isStream = (request: Request) => new URL(request.url()).pathname === '/api/events';
    const closed = page.waitForEvent('requestfailed', isStream);
    await setHidden(true);
    await closed;
    await own.publish({ ...smallFixture, days: 9 });
    const other = await openPage(site.browser, running.url);
    const [after] = await own.ask('select sum(streams)::bigint as streams from marts.activity_daily');
    const text = full(after?.streams);
    await other.page.locator('.tile[data-measure="streams"] .tile-value', { hasText: text }).waitFor();
    expect(await streams.textContent()).toBe(before);
    await setHidden(false);
    await streams.filter({ hasText: text }).waitFor();
  } finally {
    await running?.stop();
    await own.remove();
  }
});
