import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { publishMarts } from '../../runtime/warehouse/marts/publish.ts';
import { axeViolations, openCountingShifts, openPage, settled } from './chromium.ts';
import { artistKey } from './examples.ts';
import { MartsFixture, smallFixture } from './marts-fixture.ts';
import { martsSql } from './marts-sql.ts';
import { useSite } from './site.ts';
import { startTestServer } from './test-server.ts';

/** Where the pictures stay that the tests take of each page. */
const pictures = join(import.meta.dirname, '..', '..', '.beatflow', 'artifacts', 'pages');
const site = useSite();

beforeAll(() => mkdir(pictures, { recursive: true }));

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const full = (value: unknown) => whole.format(Number(value));
const texts = (page: Page, selector: string) => page.locator(selector).allTextContents();

/** Opens a page of the site and waits for its data. */
async function visit(path: string, options?: Parameters<typeof openPage>[2]) {
  const opened = await openPage(site.browser, site.server.url + path, options);
  await settled(opened.page);
  return opened;
}

test('the Hot 100 of the week has the ranks, moves and pasts of the mart', async () => {
  const expected = await site.fixture.ask(
    `select chart_rank, song, artist, streams, last_rank, peak_rank, times_on_chart, movement
     from marts.charts_songs_weekly where region = 'US'
     and day = (select max(day) from marts.charts_songs_weekly)
     order by chart_rank, streams desc, song, song_key limit 100`,
  );
  const { page, faults } = await visit('/charts');
  const rows = await page
    .locator('.hot tbody tr')
    .evaluateAll((lines) => lines.map((line) => [...line.children].map((cell) => cell.textContent)));
  expect(rows.map((cells) => [cells[0], cells[2], ...cells.slice(4)])).toEqual(
    expected.map((row) => [
      String(row.chart_rank),
      `${row.song}${row.artist}`,
      full(row.streams),
      row.last_rank === null ? '–' : String(row.last_rank),
      String(row.peak_rank),
      String(row.times_on_chart),
    ]),
  );
  const up = expected.findIndex(({ movement }) => movement === 'up');
  expect(up).toBeGreaterThanOrEqual(0);
  const steps = Number(expected[up]?.last_rank) - Number(expected[up]?.chart_rank);
  expect(rows[up]?.[1]).toBe(`▲ ${steps}up ${steps}`);
  const pasts = await site.fixture.ask(
    `select song_key, count(*)::integer as charts from marts.charts_songs_weekly as chart
     where region = 'US' group by song_key having max(day) = (select max(day) from marts.charts_songs_weekly)
     order by min_by(chart_rank, -epoch(day))`,
  );
  const points = await page
    .locator('.rank-line path')
    .evaluateAll((lines) => lines.map((line) => line.getAttribute('d')?.match(/[ML]/g)?.length));
  expect(points).toEqual(pasts.map(({ charts }) => charts));
  expect(faults).toEqual([]);
});

test('the chart follows kind, length, region and day, and all of them live in the address', async () => {
  const { page, faults } = await visit('/charts');
  await page.locator('.filters input[value="artists"]').check();
  await page.locator('.filters input[value="day"]').check();
  await page.selectOption('select[aria-label="Region"]', 'TX');
  await page.waitForURL('**/charts?kind=artists&cycle=day&region=TX');
  await settled(page);
  await page.selectOption('select[aria-label="Chart of"]', '2026-03-20');
  await page.waitForURL('**/charts?kind=artists&cycle=day&region=TX&day=2026-03-20');
  await settled(page);
  const expected = await site.fixture.ask(
    `select artist from marts.charts_artists_daily where region = 'TX' and day = '2026-03-20'
     order by chart_rank, streams desc, artist`,
  );
  expect(expected.length).toBeGreaterThan(5);
  expect(await texts(page, '.hot .entry-name a')).toEqual(expected.map(({ artist }) => artist));
  await page.reload();
  await settled(page);
  expect(await texts(page, '.hot .entry-name a')).toEqual(expected.map(({ artist }) => artist));
  expect(faults).toEqual([]);
});

test('a song, its artist and a state have pages with their own numbers, reached by links', async () => {
  const { page, faults } = await visit('/');
  await page.click('#top-songs .rank-title a');
  await page.waitForURL('**/songs/*');
  await settled(page);
  const [song] = await site.fixture.ask(
    `select song, sum(streams)::bigint as streams from marts.song_popularity_daily group by song
     order by sum(case when day > date '${smallFixture.lastDay}' - 28 then streams else 0 end) desc limit 1`,
  );
  expect(await page.locator('h1').textContent()).toBe(song?.song);
  await page.locator('.tile-value').first().waitFor();
  expect(await page.locator('.tile-value').first().textContent()).toBe(full(song?.streams));
  expect(await page.title()).toBe(`${song?.song} · Beatflow`);

  await page.click('.lede a');
  await page.waitForURL('**/artists/*');
  await page.locator('#songs .rank-title').first().waitFor();
  const artistSongs = await site.fixture.ask(
    `select song from marts.song_popularity_daily
     where artist = (select artist from marts.song_popularity_daily where song = '${song?.song}' limit 1)
     group by song order by sum(streams) desc limit 10`,
  );
  expect(await texts(page, '#songs .rank-title')).toEqual(artistSongs.map((row) => row.song));

  await page.goBack();
  await page.goBack();
  await page.locator('#states .rank-title a').first().click();
  await page.waitForURL('**/states/*');
  await settled(page);
  const code = new URL(page.url()).pathname.split('/').at(-1);
  const [state] = await site.fixture.ask(
    `select sum(streams)::bigint as streams from marts.listeners_by_segment_daily
     where state = '${code}' and day > date '${smallFixture.lastDay}' - 28`,
  );
  expect(await page.locator('.tile[data-measure="streams"] .tile-value').textContent()).toBe(
    full(state?.streams),
  );
  expect(await page.locator('.tile[data-measure="sessions"]').textContent()).toContain('for everyone only');
  const songsThere = await site.fixture.ask(
    `select song from (
       select song_key, song, sum(heard.streams) as streams
       from marts.song_popularity_by_state_daily as heard join marts.song_totals as songs using (song_key)
       where heard.state = '${code}' and day > date '${smallFixture.lastDay}' - 28
       group by all order by streams desc, song_key limit 10
     ) order by streams desc, song_key`,
  );
  expect(await texts(page, '#top-songs .rank-title')).toEqual(songsThere.map(({ song: title }) => title));
  expect(faults).toEqual([]);
});

test('growth shows the active listeners, the cohorts and the funnel of the marts', async () => {
  const { page, faults } = await visit('/growth?range=7');
  await page.click('#active-users summary');
  await page.locator('#active-users tbody tr').first().waitFor();
  const active = await site.fixture.ask(
    `select mau, wau, dau from marts.active_users_daily where day > date '${smallFixture.lastDay}' - 7 order by day`,
  );
  expect(await texts(page, '#active-users tbody td')).toEqual(
    active.flatMap(({ mau, wau, dau }) => [String(mau), String(wau), String(dau)]),
  );
  const [funnel] = await site.fixture.ask(
    `select sum(visits)::bigint as visits, sum(sign_ups)::bigint as sign_ups, sum(upgraded)::bigint as upgraded
     from marts.conversion_funnel_daily where day > date '${smallFixture.lastDay}' - 7`,
  );
  const steps = await page
    .locator('.funnel li')
    .evaluateAll((items) => items.map((item) => Number(item.getAttribute('data-value'))));
  expect([steps[0], steps[2], steps[4]]).toEqual([funnel?.visits, funnel?.sign_ups, funnel?.upgraded]);
  const cohorts = await site.fixture.ask(
    `select distinct cohort_week from marts.retention_cohorts_weekly
     where cohort_week >= date_trunc('week', date '${smallFixture.lastDay}' - 6)`,
  );
  expect(cohorts.length).toBeGreaterThan(0);
  expect(await page.locator('.heat-table tbody tr').count()).toBe(cohorts.length);
  expect(faults).toEqual([]);
});

test('the story of a year is saved as a picture', async () => {
  const { page, faults } = await visit('/wrapped/37/2026');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as PNG' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('beatflow-wrapped-2026-37.png');
  const png = await (await file.createReadStream()).toArray();
  const bytes = Buffer.concat(png as Buffer[]);
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1080, 1350]);
  expect(bytes.length).toBeGreaterThan(20_000);
  expect(faults).toEqual([]);
});

test('a listener is found by number or at random', async () => {
  const { page, faults } = await openPage(site.browser, 'about:blank');
  // The button must not work before the years are known.
  const held = Promise.withResolvers<void>();
  await page.route('**/api/wrapped-years*', async (route) => {
    await held.promise;
    await route.continue();
  });
  await page.goto(`${site.server.url}/wrapped`);
  const surprise = page.getByRole('button', { name: 'Surprise me' });
  expect(await surprise.isDisabled()).toBe(true);
  held.resolve();
  await surprise.click();
  await page.waitForURL('**/wrapped/*/2026');
  await page.locator('.story').first().waitFor();
  await page.goto(`${site.server.url}/wrapped`);
  await page.locator('.ask option').first().waitFor({ state: 'attached' });
  await page.fill('input[name="user"]', '37');
  await page.selectOption('select[name="year"]', '2025');
  await page.getByRole('button', { name: 'Show the year' }).click();
  await page.waitForURL('**/wrapped/37/2025');
  expect(faults).toEqual([]);
});

test('on the first day, when no day is over, Wrapped says when there will be something', async () => {
  const own = await MartsFixture.create();
  await own.run([
    ...martsSql({ ...smallFixture, days: 1 }),
    ...['user_year', 'top_songs', 'top_artists'].map((part) => `delete from marts.wrapped_${part}`),
  ]);
  await publishMarts({ database: own.database, marts: own.marts });
  const first = await startTestServer(own.marts);
  try {
    const { page, faults } = await openPage(site.browser, `${first.url}/wrapped`);
    await page.locator('.lede', { hasText: 'begins with the first batch after midnight' }).waitFor();
    expect(await page.getByRole('button', { name: 'Surprise me' }).isDisabled()).toBe(true);
    await page.goto(`${first.url}/wrapped/37/2026`);
    await page.locator('.lede', { hasText: 'on the days of that year that are over' }).waitFor();
    for (const path of ['/', '/charts', '/growth']) {
      await page.goto(first.url + path);
      await settled(page);
    }
    expect([faults, first.complaints]).toEqual([[], []]);
  } finally {
    await first.stop();
    await own.remove();
  }
});

test.each([
  ['/songs/nothing', 'No such song'],
  ['/songs/%3Cscript%3Ealert(1)%3C%2Fscript%3E', 'No such song'],
  ['/artists/nothing', 'No such artist'],
  ['/states/ZZ', 'No such state'],
  ['/wrapped/999999/2026', 'No such year'],
  ['/wrapped/37/1999', 'No such year'],
  ["/wrapped/1'or'1/x", 'No such year'],
])('%s says %s', async (path, heading) => {
  const { page, faults } = await openPage(site.browser, site.server.url + path);
  await page.getByRole('heading', { name: heading }).waitFor();
  await page.locator('main [aria-busy="true"]:visible').first().waitFor({ state: 'detached' });
  expect(await page.locator('main script').count()).toBe(0);
  expect(faults).toEqual([]);
});

test.each([
  ['/?state=ZZ&level=gold&from=2026-02-30&to=2026-03-01', '/?range=28'],
  ['/growth?from=2026-02-30&to=<script>', '/growth'],
  ["/charts?kind='&cycle=year&region=ZZ&day=2026-02-30", '/charts'],
])('%s asks for nothing that is not there: it shows what %s shows', async (bad, good) => {
  const { page, faults } = await visit(bad);
  const shown = await page.locator('main').textContent();
  const other = await visit(good);
  expect(shown).toBe(await other.page.locator('main').textContent());
  expect([faults, other.faults]).toEqual([[], []]);
});

test('the page of a song that nobody has played yet shows it as soon as somebody has', async () => {
  const own = await MartsFixture.create();
  await own.publish({ ...smallFixture, days: 5, songs: 3 });
  const moving = await startTestServer(own.marts);
  try {
    const { page, faults } = await openPage(site.browser, `${moving.url}/songs/song-3`);
    await page.getByRole('heading', { name: 'No such song' }).waitFor();
    await page.locator('#days').waitFor({ state: 'hidden' });
    await own.publish({ ...smallFixture, days: 5, songs: 4 });
    await page.getByRole('heading', { name: 'Song 3' }).waitFor();
    await page.locator('#days .plot').waitFor();
    const [song] = await own.ask("select streams from marts.song_totals where song_key = 'song-3'");
    expect(await page.locator('.figures .tile-value').first().textContent()).toBe(full(song?.streams));
    expect([faults, moving.complaints]).toEqual([[], []]);
  } finally {
    await moving.stop();
    await own.remove();
  }
});

test('a part that could not be loaded says why, and shows its numbers when it is tried again', async () => {
  const { page, faults } = await openPage(site.browser, 'about:blank');
  await page.route('**/api/top-songs?*', (route) =>
    route.fulfill({ status: 503, json: { detail: 'Out for lunch.' } }),
  );
  await page.goto(site.server.url);
  const songs = page.locator('#top-songs');
  await songs.getByRole('alert').filter({ hasText: 'Out for lunch.' }).waitFor();
  expect(await songs.locator('.downloads').count()).toBe(0);
  await page.locator('#top-artists .rank').first().waitFor();
  await page.unroute('**/api/top-songs?*');
  await songs.getByRole('button', { name: 'Try again' }).click();
  await songs.locator('.rank').first().waitFor();
  expect(await songs.locator('.rank').count()).toBe(10);
  expect(await songs.getByRole('alert').count()).toBe(0);
  expect(faults).toEqual([expect.stringContaining('503')]);
});

test('the keyboard alone opens a page, a filter and a table', async () => {
  const { page, faults } = await visit('/');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('content');
  await page.locator('.sections a', { hasText: 'Charts' }).focus();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/charts');
  await page.locator('#content:focus').waitFor();
  await settled(page);
  await page.locator('.filters input[value="songs"]').focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForURL('**/charts?kind=artists');
  await page.locator('.sections a', { hasText: 'Overview' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('#content:focus').waitFor();
  await settled(page);
  await page.locator('#top-songs summary').focus();
  await page.keyboard.press('Enter');
  await page.locator('#top-songs .table-scroll tbody tr').nth(9).waitFor();
  await page.keyboard.press('Tab');
  expect(await page.evaluate("document.activeElement.getAttribute('aria-label')")).toBe(
    'Table: Most played songs',
  );
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('CSV');
  expect(faults).toEqual([]);
});

const everyPage = [
  ['overview', '/'],
  ['charts', '/charts'],
  ['growth', '/growth'],
  ['live', '/live'],
  ['song', '/songs/song-3'],
  ['artist', `/artists/${artistKey}`],
  ['state', '/states/TX'],
  ['wrapped-start', '/wrapped'],
  ['wrapped', '/wrapped/37/2026'],
] as const;
const looks = [
  ['light', { colorScheme: 'light' }, { width: 1280, height: 900 }],
  ['dark', { colorScheme: 'dark' }, { width: 1280, height: 900 }],
  ['phone', { colorScheme: 'light' }, { width: 390, height: 844 }],
] as const;

test.each(everyPage)(
  'axe-core finds nothing on %s in light, dark and on a phone; nothing moves as it loads or is wider than the screen',
  async (name, path) => {
    const { page, faults, shifted } = await openCountingShifts(site.browser, site.server.url + path);
    await page.locator('main h1').waitFor();
    await page.locator('main [aria-busy="true"]').first().waitFor({ state: 'detached' });
    expect(await shifted()).toEqual([]);
    for (const [look, media, viewport] of looks) {
      await page.emulateMedia(media);
      await page.setViewportSize(viewport);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      expect([look, await axeViolations(page)]).toEqual([look, []]);
      await page.screenshot({ path: join(pictures, `${name}-${look}.png`), fullPage: true });
    }
    expect(faults).toEqual([]);
  },
);
