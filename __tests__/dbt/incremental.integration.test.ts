import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtContents } from './contents.ts';
import { dbt } from './dbt.ts';
import { type EventsByTopic, simulateListeners } from './listeners.ts';
import { loadRaw, rows, withWarehouse } from './warehouse.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 2, 1);
const events = simulateListeners({ seed: 11, users: 120, days: 9, start });

/** The events for which `keep` holds, of all topics. */
function only(keep: (event: { ts: number; sessionId: number }) => boolean): EventsByTopic {
  return {
    listen_events: events.listen_events.filter(keep),
    page_view_events: events.page_view_events.filter(keep),
    auth_events: events.auth_events.filter(keep),
    status_change_events: events.status_change_events.filter(keep),
  };
}

/** Some sessions come late, a day or more after their hours were loaded and built. */
const isLate = ({ ts, sessionId }: { ts: number; sessionId: number }) =>
  sessionId % 17 === 0 && ts >= start + 4 * day && ts < start + 5 * day;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-dbt-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('builds by changed day, with late events, give the same rows as one build of everything', async () => {
  const whole = join(folder, 'whole.duckdb');
  await loadRaw(whole, events);
  expect((await dbt(folder, whole, ['build'])).exitCode).toBe(0);

  const grown = join(folder, 'grown.duckdb');
  const batches = [
    only((event) => event.ts < start + 5.4 * day && !isLate(event)),
    only((event) => event.ts >= start + 5.4 * day && event.ts < start + 6.2 * day),
    only((event) => event.ts >= start + 6.2 * day || isLate(event)),
  ];
  for (const [index, batch] of batches.entries()) {
    expect(batch.page_view_events.length).toBeGreaterThan(0);
    await loadRaw(grown, batch, { loadedAt: Date.UTC(2026, 5, 1 + index) });
    const { results, exitCode } = await dbt(folder, grown, ['build']);
    expect(results.filter(({ status }) => !['success', 'pass'].includes(status))).toEqual([]);
    expect(exitCode).toBe(0);
  }

  const coordinates = ['kafka_partition', 'kafka_offset'];
  const expected = await builtContents(whole, coordinates);
  const actual = await builtContents(grown, coordinates);
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [table, lines] of Object.entries(expected))
    expect({ table, lines: actual[table] }).toEqual({ table, lines });

  const rebuilt = await withWarehouse(grown, (connection) =>
    rows(
      connection,
      `select cast(day as varchar) as day from core.built_days
       where model = 'fct_streams' and run = (select run from core.built_days order by stamp desc limit 1) order by day`,
    ),
  );
  expect(rebuilt.map((row) => row.day)).toEqual(['2026-03-05', '2026-03-07', '2026-03-08', '2026-03-09']);
}, 300_000);
