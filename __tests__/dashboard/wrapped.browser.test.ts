import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { publishMarts } from '../../runtime/warehouse/marts/publish.ts';
import { dbt } from '../dbt/dbt.ts';
import { simulateListeners } from '../dbt/listeners.ts';
import type { Row } from '../dbt/recalculate/plain.ts';
import { wrappedTopArtists, wrappedTopSongs, wrappedUserYear } from '../dbt/recalculate/wrapped.ts';
import { loadRaw } from '../dbt/warehouse.ts';
import { launchChromium, openPage } from './chromium.ts';
import { startTestServer, type TestServer } from './test-server.ts';

// Over New Year, so that there are two years; the plain calculation below knows the events and nothing of dbt or SQL.
const events = simulateListeners({
  seed: 9,
  users: 50,
  days: 45,
  start: Date.UTC(2025, 11, 1),
  sessionsPerDay: 0.5,
});
const years = wrappedUserYear(events);
const number = (row: Row, column: string) => Number(row[column]);

/** What kind of listener a year makes, by the rules that the page states. */
function typeOf(year: Row): string {
  if (number(year, 'percentile') >= 0.9) return 'The Marathoner';
  if (number(year, 'longest_streak_days') >= 14) return 'The Regular';
  if (number(year, 'streams') / number(year, 'songs') >= 2) return 'The Devotee';
  if (number(year, 'favourite_hour') < 5) return 'The Night Owl';
  return number(year, 'songs') / number(year, 'streams') >= 0.9 ? 'The Explorer' : 'The Wanderer';
}

/** Three listeners of three kinds, with as many songs and artists as the page lists; one of another year. */
const chosen = ['The Marathoner', 'The Explorer', 'The Night Owl'].map((type, index) => {
  const fitting = years.filter(
    (year) =>
      year.year === (index === 1 ? 2026 : 2025) && typeOf(year) === type && number(year, 'artists') >= 5,
  );
  return [type, fitting[0] as Row] as const;
});

let folder: string;
let browser: Browser;
let server: TestServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-wrapped-'));
  const warehouse = join(folder, 'warehouse.duckdb');
  const marts = join(folder, 'marts');
  await loadRaw(warehouse, events);
  const { exitCode, output } = await dbt(folder, warehouse, [
    'run',
    '--select',
    '+wrapped_user_year',
    '+activity_daily',
  ]);
  if (exitCode !== 0) throw new Error(output.slice(-2000));
  await publishMarts({ database: warehouse, marts });
  [browser, server] = await Promise.all([launchChromium(), startTestServer(marts)]);
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const percent = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 1 });
const counted = (count: unknown, noun: string) =>
  `${whole.format(Number(count))} ${noun}${Number(count) === 1 ? '' : 's'}`;
const hour = (value: number) => `${String(value % 24).padStart(2, '0')}:00`;

/** The text of each part of a story, under its heading. */
const story = (page: Page, kind: string) =>
  page.locator(`.story-${kind} > :not(h2)`).evaluateAll((parts) => parts.map((part) => part.textContent));

/** The entries of a list of a story, each its name and its note. */
const entries = (page: Page, kind: string) =>
  page
    .locator(`.story-${kind} li`)
    .evaluateAll((items) =>
      items.map((item) => [item.querySelector('a')?.textContent, item.querySelector('span')?.textContent]),
    );

test('there are three listeners of three kinds to look at', () => {
  expect(chosen.map(([, year]) => [typeof year?.user_id, year?.year])).toEqual([
    ['number', 2025],
    ['number', 2026],
    ['number', 2025],
  ]);
});

test.each(chosen)(
  'the story of %s on the page is what the raw events say',
  async (type, year) => {
    const of = ({ user_id, year: calendarYear }: Row) =>
      user_id === year.user_id && calendarYear === year.year;
    const songs = wrappedTopSongs(events).filter(of);
    const artists = wrappedTopArtists(events).filter(of);
    const artistOf = (song: unknown) => events.listen_events.find((event) => event.song === song)?.artist;
    expect([songs.length, artists.length]).toEqual([5, 5]);

    const { page, faults } = await openPage(browser, `${server.url}/wrapped/${year.user_id}/${year.year}`);
    await page.locator('.story').first().waitFor();
    expect(await story(page, 'minutes')).toEqual([
      `${whole.format(number(year, 'minutes'))} minutes`,
      `That is ${counted(year.streams, 'play')} of ${counted(year.songs, 'song')} by ${counted(year.artists, 'artist')}.`,
    ]);
    expect(await story(page, 'song')).toEqual([
      year.top_song,
      artistOf(year.top_song),
      counted(songs[0]?.streams, 'play'),
    ]);
    expect(await entries(page, 'songs')).toEqual(
      songs.map(({ song, streams }) => [song, `${artistOf(song)} · ${counted(streams, 'play')}`]),
    );
    expect(await entries(page, 'artists')).toEqual(
      artists.map(({ artist, streams, songs: count }) => [
        artist,
        `${counted(streams, 'play')} of ${counted(count, 'song')}`,
      ]),
    );
    const began = new Date(String(year.first_streamed_at)).toUTCString().slice(5, 16);
    expect(await story(page, 'first')).toEqual([
      year.first_song,
      `by ${artistOf(year.first_song)}, on ${began}`,
    ]);
    const favourite = number(year, 'favourite_hour');
    expect(await story(page, 'hour')).toEqual([
      hour(favourite),
      `Between ${hour(favourite)} and ${hour(favourite + 1)} UTC you played most.`,
    ]);
    const streak = number(year, 'longest_streak_days');
    expect(await story(page, 'streak')).toEqual([
      `${streak} ${streak === 1 ? 'day' : 'days in a row'}`,
      `Music on ${counted(year.listening_days, 'day')} of the year.`,
    ]);
    expect((await story(page, 'percentile'))[0]).toBe(
      `${percent.format(number(year, 'percentile'))} listened less`,
    );
    expect((await story(page, 'type'))[0]).toBe(type);
    expect([faults, server.complaints]).toEqual([[], []]);
  },
  240_000,
);
