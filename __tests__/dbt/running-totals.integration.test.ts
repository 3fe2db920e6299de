import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dbt, failuresOf } from './dbt.ts';
import { type EventsByTopic, eventsWhere, simulateListeners } from './listeners.ts';
import { recalculations, rounded } from './recalculate/index.ts';
import { loadRaw, rows, withWarehouse } from './warehouse.ts';

const halfDayMs = 43_200_000;
const start = Date.UTC(2026, 1, 24);
const events = simulateListeners({ seed: 3, users: 40, days: 8, start, sessionsPerDay: 0.8 });
const running = recalculations.filter(([table]) => table.includes('running_totals'));

/** The half days that come with each load, counted from the start. Some fill the gaps of others, some never come. */
const loads = [[4, 5, 6, 7], [12], [13, 14], [8], [1]];
const daysSoFar = [2, 5, 6, 6, 8];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beatflow-running-totals-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function ofHalfDays(halfDays: readonly number[]): EventsByTopic {
  return eventsWhere(events, ({ ts }) => halfDays.includes(Math.floor((ts - start) / halfDayMs)));
}

test('totals run on over days that come late or never', async () => {
  const warehouse = join(folder, 'warehouse.duckdb');
  const models = running.map(([table]) => `+${table.replace('marts.', '')}`);
  expect(models).toHaveLength(2);
  for (const [index, halfDays] of loads.entries()) {
    await loadRaw(warehouse, ofHalfDays(halfDays), { loadedAt: Date.UTC(2026, 2, 10 + index) });
    const { results, exitCode } = await dbt(folder, warehouse, ['run', '--select', ...models]);
    expect(failuresOf(results)).toEqual([]);
    expect(exitCode).toBe(0);
    const loaded = ofHalfDays(loads.slice(0, index + 1).flat());
    for (const [table, calculate, columns, order] of running) {
      const built = await withWarehouse(warehouse, (connection) =>
        rows(connection, `select ${columns} from ${table} order by ${order}`),
      );
      expect(new Set(built.map(({ day }) => day)).size).toBe(daysSoFar[index]);
      expect({ table, halfDays, rows: rounded(built) }).toEqual({
        table,
        halfDays,
        rows: rounded(calculate(loaded)),
      });
    }
  }
});
