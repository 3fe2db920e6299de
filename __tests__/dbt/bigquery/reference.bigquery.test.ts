import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aboutBuilds, builtContents, type Contents } from '../contents.ts';
import { dbt, failuresOf } from '../dbt.ts';
import { eventsWhere, simulateListeners } from '../listeners.ts';
import { loadRaw } from '../warehouse.ts';
import { type Outcome, type ReferenceTable, rawTables, runOnReference } from './reference.ts';

const day = 86_400_000;
// Over New Year and the weeks around it; every tenth record is a repeat.
const start = Date.UTC(2026, 11, 29);
const events = simulateListeners({ seed: 5, users: 12, days: 7, start, sessionsPerDay: 0.5 });
const repeatEvery = 10;

const isLate = ({ ts, sessionId }: { ts: number; sessionId: number }) =>
  ts >= start + 5 * day || (sessionId % 4 === 0 && ts >= start + 2 * day && ts < start + 3 * day);
const batches = [
  { events: eventsWhere(events, (event) => !isLate(event)), loadedAt: Date.UTC(2027, 0, 10) },
  { events: eventsWhere(events, isLate), loadedAt: Date.UTC(2027, 0, 11) },
];

/** The same form as builtContents gives. */
function contentsOf({ tables }: Outcome): Contents {
  const built = Object.entries(tables).filter(
    ([name]) => !name.startsWith('raw.') && !aboutBuilds.includes(name),
  );
  return Object.fromEntries(built.map(([name, table]) => [name, linesOf(table)]));
}

function linesOf({ columns, rows }: ReferenceTable): string[] {
  return rows
    .map((row) => {
      const values = columns.map(([name], index) => [name, row[index] ?? null] as const);
      values.sort(([a], [b]) => (a < b ? -1 : 1));
      return JSON.stringify(Object.fromEntries(values));
    })
    .sort();
}

describe("dbt's BigQuery target on Google's reference engine", () => {
  let folder: string;
  let outcome: Outcome;
  let duckdb: Contents;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'beatflow-bigquery-'));
    const [first] = batches;
    if (!first) throw new Error('no events');
    outcome = await runOnReference(folder, [
      { tables: rawTables([first], repeatEvery) },
      { dbt: ['build', '--quiet'] },
      { tables: rawTables(batches, repeatEvery) },
      { dbt: ['build', '--quiet'] },
    ]);
    const warehouse = join(folder, 'warehouse.duckdb');
    for (const { events: batch, loadedAt } of batches)
      await loadRaw(warehouse, batch, { repeatEvery, loadedAt });
    const { exitCode } = await dbt(folder, warehouse, ['build']);
    expect(exitCode).toBe(0);
    duckdb = await builtContents(warehouse);
  }, 600_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('every statement of both builds passes the analyzer, and every data test passes', () => {
    expect(outcome.runs.map(({ exception }) => exception)).toEqual([null, null]);
    for (const { results } of outcome.runs) {
      expect(failuresOf(results)).toEqual([]);
      expect(results.length).toBeGreaterThan(150);
    }
  });

  test('the builds wrote every table that DuckDB has', () => {
    expect(Object.keys(contentsOf(outcome)).sort()).toEqual(Object.keys(duckdb).sort());
  });

  test('every row of every table is that of DuckDB, after a full build and one by changed days', () => {
    const actual = contentsOf(outcome);
    for (const [table, lines] of Object.entries(duckdb)) {
      expect(lines.length).toBeGreaterThan(0);
      expect({ table, lines: actual[table] }).toEqual({ table, lines });
    }
  });
});
