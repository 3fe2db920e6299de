import { once } from 'node:events';
import { freePort } from '../../runtime/local/free-port.ts';
import { rows, withWarehouse } from '../dbt/warehouse.ts';
import { eventually } from '../support/eventually.ts';
import { BothWarehouses, expectEqual, expectWell } from './both-warehouses.ts';

const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 9, 30, 22);
/** A fact, two marts, what they stand on, and the tests of all of these. */
const part = ['build', '--select', '+activity_hourly', '+activity_daily', 'path:models/staging'];
const alone = [...part, '--indirect-selection', 'cautious', '--exclude', 'resource_type:unit_test'];

let both: BothWarehouses;
beforeAll(async () => {
  both = await BothWarehouses.start({ startMs, endMs: startMs + 3 * hourMs, users: 400, songs: 200 });
}, 120_000);
afterAll(() => both?.stop());

test('the loader of a deploy loads two hours, with no word from Google', async () => {
  await both.listen(2);
  const { code, output, report } = await both.load();
  expect({ code, refused: report.refused }).toEqual({ code: 0, refused: [] });
  expect(output).toMatch(/"signal":"load","rows":[1-9]\d*,"refusedHours":0/);
  expect(report.statements.LOAD).toBeGreaterThan(3);
}, 120_000);

test('the first build of a deploy succeeds behind the rules, and its rows are those of DuckDB', async () => {
  const [build] = await Promise.all([both.build(...alone), both.buildDuckDb(...alone)]);
  expectWell(build);
  expect(build.results.filter(({ type }) => type === 'test').length).toBeGreaterThan(30);
  await expectEqual(both);
}, 240_000);

test('the next hour, after midnight, replaces partitions, and its rows are those of DuckDB', async () => {
  await both.listen(1);
  const loaded = await both.load();
  expect({ code: loaded.code, refused: loaded.report.refused }).toEqual({ code: 0, refused: [] });
  const [build] = await Promise.all([both.build(...alone), both.buildDuckDb(...alone)]);
  expectWell(build);
  expect(build.report.statements.MERGE).toBeGreaterThan(5);
  await expectEqual(both);
}, 240_000);

test('the page of a deploy answers from the marts, for less than it may read', async () => {
  const port = await freePort(0);
  const address = { BEATFLOW_DASHBOARD_HOST: '127.0.0.1', BEATFLOW_DASHBOARD_PORT: String(port) };
  await both.cloud.step('page');
  const page = both.cloud.spawn(both.deployed.dashboard, [], address);
  const ask = () => fetch(`http://127.0.0.1:${port}/api/activity?grain=hour`);
  await eventually('the page answers', async () => {
    const answer = await ask().catch(() => undefined);
    return answer?.ok ?? false;
  });
  const answered = (await (await ask()).json()) as { rows: readonly { streams: number }[] };
  const expected = await withWarehouse(both.duckDb, (connection) =>
    rows(connection, 'select streams::bigint as streams from marts.activity_hourly order by hour'),
  );
  expect(answered.rows.map(({ streams }) => ({ streams }))).toEqual(expected);
  expect(expected.length).toBe(3);
  const { refused, unpruned, jobs } = await both.cloud.report('page');
  expect({ refused, unpruned }).toEqual({ refused: [], unpruned: {} });
  expect(jobs.dashboard).toBeGreaterThan(0);
  const ended = once(page, 'exit');
  page.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
}, 120_000);
