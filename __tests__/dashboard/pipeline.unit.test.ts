import { statusOf } from '../../runtime/dashboard/api/status.ts';
import { createLogger } from '../../runtime/program/logger.ts';
import { openBigQueryMarts } from '../../runtime/warehouse/marts/bigquery.ts';
import type { TableState } from '../../runtime/warehouse/marts/bigquery-reader.ts';
import type { MartsWarehouse, Row } from '../../runtime/warehouse/marts/marts.ts';
import { openMarts } from '../../runtime/warehouse/marts/store.ts';
import { eventually } from '../support/eventually.ts';
import { MartsFixture, smallFixture } from './marts-fixture.ts';

const logger = createLogger('test', { write: () => undefined });
const tiny = { ...smallFixture, days: 2, songs: 2, statesOf: ['CA'] };
const changedAt = Date.UTC(2026, 3, 1);

let fixture: MartsFixture;
let opened: MartsWarehouse | undefined;

beforeEach(async () => {
  fixture = await MartsFixture.create();
});

afterEach(async () => {
  await opened?.close();
  await fixture.remove();
});

/** BigQuery with these tables, whose queries answer what the fixture's DuckDB file says, and what it was asked. */
async function openBigQuery(
  tables: readonly TableState[],
  answers: Readonly<Record<string, readonly Row[]>>,
) {
  const asked: string[] = [];
  const marts = openBigQueryMarts({
    at: { project: 'a-project', dataset: 'prod_marts', location: 'EU' },
    logger,
    reader: {
      tables: async () => tables,
      async query({ name, text }) {
        asked.push(text);
        return answers[name] ?? [];
      },
    },
  });
  opened = marts;
  await eventually('the marts are opened', () => marts.pointer !== undefined);
  return { marts, asked };
}

const table = (name: string): TableState => ({ name, rows: 4, changedAt });

test("the pipeline's state is that of its marts, on DuckDB and on BigQuery alike", async () => {
  await fixture.publish(tiny);
  opened = await openMarts({ marts: fixture.marts, logger });
  const onDuckDb = (await statusOf(opened)).pipeline;
  await opened.close();
  expect(onDuckDb?.topics.map(({ topic, dead_letters }) => [topic, dead_letters])).toEqual([
    ['auth_events', 3],
    ['listen_events', 0],
    ['page_view_events', 17],
    ['status_change_events', null],
  ]);
  expect(onDuckDb?.topics[1]).toEqual({
    topic: 'listen_events',
    latest_event_at: '2026-03-31T23:59:00.000Z',
    committed_at: '2026-03-31T23:59:20.000Z',
    loaded_at: '2026-03-31T23:59:40.000Z',
    records: 30,
    dead_letters: 0,
  });
  expect(onDuckDb?.loads).toHaveLength(8);
  expect(onDuckDb?.loads[0]).toEqual({
    run: 'run-0',
    loaded_at: '2026-03-31T23:59:40.000Z',
    hours: 1,
    records: 100,
  });

  const { marts, asked } = await openBigQuery(
    ['activity_daily', 'pipeline_topics', 'pipeline_loads'].map(table),
    { pipeline_topics: onDuckDb?.topics ?? [], pipeline_loads: onDuckDb?.loads ?? [] },
  );
  expect((await statusOf(marts)).pipeline).toEqual(onDuckDb);
  await statusOf(marts);
  const aboutPipeline = asked.filter((text) => text.includes('pipeline'));
  expect(aboutPipeline).toHaveLength(2);
  for (const text of asked) expect(text).toContain('`a-project.prod_marts.');
});

test('marts that do not tell of the pipeline leave it unknown', async () => {
  const { marts } = await openBigQuery([table('activity_daily')], {});
  expect((await statusOf(marts)).pipeline).toBeNull();
});
