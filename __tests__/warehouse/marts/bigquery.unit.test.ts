import { createLogger } from '../../../runtime/program/logger.ts';
import { bigQuerySql, openBigQueryMarts, pointerOf } from '../../../runtime/warehouse/marts/bigquery.ts';
import type { ReaderQuery, TableState } from '../../../runtime/warehouse/marts/bigquery-reader.ts';
import { parseMartsLocation } from '../../../runtime/warehouse/marts/location.ts';
import { type MartsWarehouse, namedQuery } from '../../../runtime/warehouse/marts/marts.ts';
import { martsPointerSchema } from '../../../runtime/warehouse/marts/pointer.ts';
import { eventually } from '../../support/eventually.ts';

const at = { project: 'a-project', dataset: 'prod_marts', location: 'EU' };
const logger = createLogger('test', { write: () => undefined });
const start = Date.UTC(2026, 2, 1);
const query = namedQuery(
  'q',
  'select day from marts.activity_daily where day = cast($from as date) limit $limit',
);

let opened: MartsWarehouse | undefined;

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

/** BigQuery under the test's hand: its tables, its clock, how often these were looked at, and what it was asked. */
async function open(tables: TableState[]) {
  const world = {
    tables: tables as readonly TableState[] | Error,
    now: start + 120_000,
    looks: 0,
    asked: [] as ReaderQuery[],
  };
  const warehouse = openBigQueryMarts({
    at,
    logger,
    pollMilliseconds: 5,
    settleMilliseconds: 60_000,
    clock: () => world.now,
    reader: {
      async tables() {
        world.looks += 1;
        if (world.tables instanceof Error) throw world.tables;
        return world.tables;
      },
      async query(asked) {
        world.asked.push(asked);
        return [{ day: '2026-03-01' }];
      },
    },
  });
  opened = warehouse;
  expect(warehouse.fault).toContain('not been looked at');
  await eventually('the marts have been looked at', () => warehouse.fault === undefined);
  return { world, warehouse };
}

const table = (changedAt: number, name = 'activity_daily'): TableState => ({ name, rows: 3, changedAt });

test('a query speaks BigQuery: full names, parameters with an at sign, constants untouched', () => {
  expect(bigQuerySql(query, at)).toBe(
    'select day from `a-project.prod_marts.activity_daily` where day = cast(@from as date) limit @limit',
  );
});

test('a query goes out with its name and its values', async () => {
  const { world, warehouse } = await open([table(start)]);
  const rows = await warehouse.read((version) => version.query(query, { from: '2026-03-01', limit: 5 }));
  expect(rows).toEqual([{ day: '2026-03-01' }]);
  expect(world.asked).toEqual([
    { name: 'q', text: bigQuerySql(query, at), values: { from: '2026-03-01', limit: 5 } },
  ]);
});

test('a version is a state of all tables, whatever their order', () => {
  const one = pointerOf([table(start), table(start + 5, 'b')]);
  expect(martsPointerSchema.parse(one)).toEqual(one);
  expect(one?.version).toMatch(/^20260301T000000Z-/);
  expect(pointerOf([table(start + 5, 'b'), table(start)])).toEqual(one);
  expect(pointerOf([table(start), table(start + 6, 'b')])?.version).not.toBe(one?.version);
  expect(pointerOf([])).toBeUndefined();
});

test('a build in progress is not taken before its tables have rested', async () => {
  const { world, warehouse } = await open([table(start)]);
  const first = warehouse.pointer?.version;
  const seen: string[] = [];
  warehouse.onChange(({ version }) => seen.push(version));
  world.tables = [table(world.now)];
  // Once the second look from now has begun, the first is over, and it saw the build.
  const { looks } = world;
  await eventually('the build has been looked at', () => world.looks >= looks + 2);
  expect(warehouse.pointer?.version).toBe(first);
  expect(seen).toEqual([]);
  world.now += 60_000;
  await eventually('the build is taken', () => seen.length === 1);
  expect(warehouse.pointer?.version).toBe(seen[0]);
});

test('no tables is no data; a fault is told and the last version stays', async () => {
  const { world, warehouse } = await open([]);
  await expect(warehouse.read((version) => version.query(query, {}))).rejects.toMatchObject({
    code: 'no_data',
  });
  world.tables = [table(start, 'other')];
  await eventually('there are marts', () => warehouse.pointer !== undefined);
  await expect(warehouse.read((version) => version.query(query, {}))).rejects.toMatchObject({
    code: 'mart_missing',
  });
  world.tables = new Error('403 Access Denied');
  await eventually('the fault is told', () => warehouse.fault !== undefined);
  expect(warehouse.fault).toContain('Access Denied');
  expect(warehouse.pointer).toBeDefined();
});

test('a location is a folder or a dataset', () => {
  expect(parseMartsLocation('/data/marts')).toEqual({ folder: '/data/marts' });
  expect(parseMartsLocation('bigquery://a-project/prod_marts?location=europe-west1')).toEqual({
    bigquery: { project: 'a-project', dataset: 'prod_marts', location: 'europe-west1' },
  });
  for (const wrong of [
    'bigquery://p/d?location=EU',
    'bigquery://a-project/x',
    'bigquery://a-project/x`;--?location=EU',
  ]) {
    expect(parseMartsLocation(wrong)).toBeUndefined();
  }
});
