import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { encodeLiveSnapshot, type LiveSnapshot, liveSnapshotPath } from '../../runtime/lake/live-snapshot.ts';
import { publishMarts } from '../../runtime/warehouse/marts/publish.ts';
import { axeViolations, launchChromium, openPage } from './chromium.ts';
import { MartsFixture, smallFixture } from './marts-fixture.ts';
import { startTestServer, type TestServer } from './test-server.ts';

const rate = { eventsPerSecond: 4, events: 1000 };
const snapshot: LiveSnapshot = {
  version: 1,
  instance: 'a',
  // Ahead of the clock, so that it is not taken for that of a consumer that has gone.
  at: new Date(Date.now() + 600_000).toISOString(),
  topics: { listen_events: { ...rate, lag: 1_200_000 }, auth_events: { ...rate, lag: 34_567 } },
  listenersByState: { TX: 30, NY: 7, VT: 2 },
  sampled: false,
  plays: [],
  oldestUnacknowledgedMs: 6 * 60_000,
};

let browser: Browser;
let fixture: MartsFixture;
let lake: string;
let server: TestServer;

beforeAll(async () => {
  [browser, fixture, lake] = await Promise.all([
    launchChromium(),
    MartsFixture.create(),
    mkdtemp(join(tmpdir(), 'beatflow-lake-')),
  ]);
  const path = join(lake, liveSnapshotPath(snapshot.instance));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, encodeLiveSnapshot(snapshot));
  await fixture.publish({ ...smallFixture, days: 3 });
});

afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  await server?.stop();
});

afterAll(async () => {
  await browser?.close();
  await fixture?.remove();
  await rm(lake, { recursive: true, force: true });
});

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const full = (value: unknown) => whole.format(Number(value));
const clock = new Intl.DateTimeFormat('en-US', {
  timeZone: 'UTC',
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** The stages with their state and text. */
async function health(page: Page): Promise<Record<string, [state: string | null, text: string]>> {
  const lines = await page
    .locator('.health dt')
    .evaluateAll((terms) =>
      terms.map((term) => [
        term.textContent ?? '',
        [
          term.firstElementChild?.getAttribute('aria-label') ?? null,
          term.nextElementSibling?.textContent ?? '',
        ],
      ]),
    );
  return Object.fromEntries(lines);
}

test('the health of the pipeline is what the consumers tell and what the marts say', async () => {
  server = await startTestServer(fixture.marts, { lake });
  const { page, faults } = await openPage(browser, `${server.url}/live`);
  await page.locator('.health dd', { hasText: '1 at work' }).waitFor();
  const [topics] =
    await fixture.ask(`select epoch_ms(max(committed_at)) as committed, epoch_ms(max(loaded_at)) as loaded,
    epoch_ms(max(latest_event_at)) as latest, sum(records)::bigint as records from marts.pipeline_topics`);
  const dead = await fixture.ask(
    'select topic, dead_letters from marts.pipeline_topics where dead_letters > 0 order by topic',
  );
  expect(dead.length).toBeGreaterThan(1);
  const lines = await health(page);
  expect(lines.Kafka).toEqual(['needs a look', '1,234,567 records wait to be read']);
  expect(lines.Lake?.[0]).toBe('late');
  expect(lines.Lake?.[1]).toContain('oldest record not yet written: read 6 min ago; newest loaded commit ');
  expect(lines.Lake?.[1]).toContain(`(${clock.format(Number(topics?.committed))})`);
  expect(lines.Warehouse?.[0]).toBe('needs a look');
  expect(lines.Warehouse?.[1]).toMatch(new RegExp(`^${full(topics?.records)} rows, loaded \\d+ days ago`));
  expect(lines.Warehouse?.[1]).toContain(`(${clock.format(Number(topics?.loaded))})`);
  expect(lines['Dead letters']).toEqual([
    'late',
    dead.map(({ topic, dead_letters }) => `${full(dead_letters)} in ${topic}`).join(', '),
  ]);
  expect(lines.Marts?.[0]).toBe('in order');
  expect(lines.Page).toEqual(['in order', 'shows the newest marts']);

  const loads = await fixture.ask(`select epoch_ms(loaded_at) as loaded, hours, records
    from marts.pipeline_loads order by loaded_at desc limit 8`);
  const cells = await page
    .locator('.loads tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')));
  expect(cells.map(([loaded, ...rest]) => [loaded?.replace(/ \(.*/, ''), ...rest])).toEqual(
    loads.map(({ loaded, hours, records }) => [clock.format(Number(loaded)), full(hours), full(records)]),
  );

  await page.click('#listening summary');
  await page.locator('#listening tbody tr').first().waitFor();
  expect(
    await page
      .locator('#listening tbody tr')
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent ?? ''))),
  ).toEqual([
    ['Texas', '30'],
    ['New York', '7'],
    ['Vermont', '2'],
  ]);
  const csv = await fetch(`${server.url}/api/live.csv`);
  expect(await csv.text()).toBe('state,listeners\r\nTX,30\r\nNY,7\r\nVT,2\r\n');

  await page.locator('.freshness-button').click();
  const stages = await page
    .locator('#freshness-panel dl')
    .evaluate((list) =>
      Object.fromEntries(
        [...list.querySelectorAll('dt')].map((term) => [
          term.textContent,
          term.nextElementSibling?.querySelector('time')?.getAttribute('datetime') ??
            term.nextElementSibling?.textContent,
        ]),
      ),
    );
  const iso = (value: unknown) => new Date(Number(value)).toISOString();
  expect(stages).toMatchObject({
    'Events until': iso(topics?.latest),
    Lake: iso(topics?.committed),
    Loaded: iso(topics?.loaded),
    page_view_events: '1,200 rows',
  });
  expect([faults, server.complaints]).toEqual([[], []]);
});

test('what the marts and the consumers do not tell is unknown, and nothing of it is in order', async () => {
  const own = await MartsFixture.create();
  try {
    await own.publish({ ...smallFixture, days: 3 });
    await own.run(['drop table marts.pipeline_topics', 'drop table marts.pipeline_loads']);
    await publishMarts({ database: own.database, marts: own.marts });
    server = await startTestServer(own.marts);
    const { page, faults } = await openPage(browser, `${server.url}/live`);
    await page.locator('.health dt', { hasText: 'Marts' }).waitFor();
    expect(await health(page)).toMatchObject({
      Consumers: ['late', 'none is telling'],
      Kafka: ['unknown', 'lag unknown'],
      Lake: ['unknown', 'unknown'],
      Warehouse: ['unknown', 'unknown'],
      'Dead letters': ['unknown', 'unknown'],
    });
    expect(await page.locator('#rates .tile-value').allTextContents()).toEqual(['–', '–', '–', '–']);
    expect(await page.locator('.live-number').textContent()).toBe('–');
    expect(await page.locator('.loads').textContent()).toContain('Nothing is known of loads');
    expect(await axeViolations(page)).toEqual([]);
    expect([faults, server.complaints]).toEqual([[], []]);
  } finally {
    await own.remove();
  }
});
