import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { builtContents } from './contents.ts';
import { dbt, failuresOf } from './dbt.ts';
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

test('builds by changed day, late events and a partial build included, give the rows of a full refresh', async () => {
  const warehouse = join(folder, 'warehouse.duckdb');
  const run = async (...args: string[]) => {
    const { results, exitCode } = await dbt(folder, warehouse, args);
    expect(failuresOf(results)).toEqual([]);
    expect(exitCode).toBe(0);
  };
  const arrivesLater = (event: { ts: number; sessionId: number }) =>
    event.ts >= start + 6.2 * day || isLate(event);
  await loadRaw(
    warehouse,
    only((event) => !arrivesLater(event)),
    { loadedAt: Date.UTC(2026, 5, 1) },
  );
  await run('build');
  await loadRaw(warehouse, only(arrivesLater), { loadedAt: Date.UTC(2026, 5, 2) });
  // Someone builds a few models; the next build must find out what the others still lack.
  await run('run', '--select', 'loaded_days', 'stg_page_view_events', 'fct_page_views');
  await run('build');

  const rebuilt = await withWarehouse(warehouse, (connection) =>
    rows(
      connection,
      `select model, string_agg(cast(day as varchar), ' ' order by day) as days from core.built_days
       where model in ('fct_streams', 'wrapped_user_year')
         and run = (select run from core.built_days order by stamp desc limit 1)
       group by model order by model`,
    ),
  );
  expect(rebuilt).toEqual([
    { model: 'fct_streams', days: '2026-03-05 2026-03-07 2026-03-08 2026-03-09' },
    { model: 'wrapped_user_year', days: '2026-03-05 2026-03-07 2026-03-08' },
  ]);

  const byChangedDay = await builtContents(warehouse);
  await run('run', '--full-refresh');
  const inFull = await builtContents(warehouse);
  expect(Object.keys(byChangedDay)).toEqual(Object.keys(inFull));
  expect(Object.keys(inFull).length).toBeGreaterThan(40);
  for (const [table, lines] of Object.entries(inFull)) {
    expect({ table, lines: byChangedDay[table] }).toEqual({ table, lines });
  }
}, 600_000);
