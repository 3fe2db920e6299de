import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { BigQueryOptions } from '@google-cloud/bigquery';
import {
  type BigQueryReader,
  bigQueryReader,
  maxBytesBilled,
} from '../../../runtime/warehouse/marts/bigquery-reader.ts';

/** Answers of the documented REST API to what the reader asks, and what it asked. */
const asked: { method: string; path: string; body: Record<string, unknown> | undefined }[] = [];

const field = (name: string, type: string, mode = 'NULLABLE') => ({ name, type, mode });
const cell = (v: unknown) => ({ v });

const answers: Readonly<Record<string, unknown>> = {
  'GET /bigquery/v2/projects/p-project/datasets/d/tables': {
    tables: [
      { id: 'p-project:d.a', tableReference: { projectId: 'p-project', datasetId: 'd', tableId: 'a' } },
    ],
  },
  'GET /bigquery/v2/projects/p-project/datasets/d/tables/a': {
    numRows: '7',
    lastModifiedTime: '1772323200000',
  },
  'POST /bigquery/v2/projects/p-project/queries': {
    jobComplete: true,
    jobReference: { projectId: 'p-project', jobId: 'j', location: 'EU' },
    totalRows: '1',
    schema: {
      fields: [
        field('day', 'DATE'),
        field('hour', 'TIMESTAMP'),
        field('streams', 'INTEGER'),
        field('minutes', 'FLOAT'),
        field('exact', 'NUMERIC'),
        field('song', 'STRING'),
        field('nothing', 'STRING'),
        field('good', 'BOOLEAN'),
        field('past_days', 'STRING', 'REPEATED'),
        field('past_ranks', 'INTEGER', 'REPEATED'),
      ],
    },
    rows: [
      {
        f: [
          cell('2026-03-01'),
          cell('1772409600000000'),
          cell('1234567890123'),
          cell('1.5'),
          cell('12.25'),
          cell('A Song'),
          cell(null),
          cell('true'),
          cell([cell('2026-03-01'), cell('2026-03-02')]),
          cell([cell('3'), cell('1')]),
        ],
      },
    ],
  },
};

let server: Server;

/** Options that point Google's client at the server here; the token keeps it from looking for credentials. */
const client = () =>
  ({
    apiEndpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: 'none',
  }) as BigQueryOptions;
let reader: BigQueryReader;

beforeAll(async () => {
  process.env.METADATA_SERVER_DETECTION = 'none';
  server = createServer(async (request: IncomingMessage, response) => {
    const method = request.method ?? '';
    const path = new URL(request.url ?? '', 'http://localhost').pathname;
    const body = method === 'POST' ? ((await json(request)) as Record<string, unknown>) : undefined;
    asked.push({ method, path, body });
    const answer = answers[`${method} ${path}`];
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { error: { code: 404, message: `no ${method} ${path} here` } }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  reader = bigQueryReader({ project: 'p-project', dataset: 'd', location: 'EU' }, client());
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  asked.length = 0;
});

test('rows come back as plain values', async () => {
  const rows = await reader.query({ name: 'q', text: 'select 1', values: {} });
  expect(rows).toEqual([
    {
      day: '2026-03-01',
      hour: '2026-03-02T00:00:00.000Z',
      streams: 1234567890123,
      minutes: 1.5,
      exact: 12.25,
      song: 'A Song',
      nothing: null,
      good: true,
      past_days: ['2026-03-01', '2026-03-02'],
      past_ranks: [3, 1],
    },
  ]);
});

test('a query carries typed parameters, a cap on its bytes, its place and its labels', async () => {
  await reader.query({
    name: 'top_songs',
    text: 'select @from, @limit, @state',
    values: { from: '2026-03-01', limit: 10, state: null },
  });
  const [request] = asked;
  expect(request?.path).toBe('/bigquery/v2/projects/p-project/queries');
  expect(request?.body).toMatchObject({
    query: 'select @from, @limit, @state',
    useLegacySql: false,
    parameterMode: 'named',
    location: 'EU',
    maximumBytesBilled: String(maxBytesBilled),
    labels: { program: 'dashboard', query: 'top_songs' },
    queryParameters: [
      { name: 'from', parameterType: { type: 'STRING' }, parameterValue: { value: '2026-03-01' } },
      { name: 'limit', parameterType: { type: 'INT64' }, parameterValue: { value: 10 } },
      { name: 'state', parameterType: { type: 'STRING' }, parameterValue: {} },
    ],
  });
});

test('the state of the tables comes from their metadata, without a query', async () => {
  expect(await reader.tables()).toEqual([{ name: 'a', rows: 7, changedAt: 1_772_323_200_000 }]);
  expect(asked.map(({ method }) => method)).toEqual(['GET', 'GET']);
});

test('an error of BigQuery is passed on with its message', async () => {
  const other = bigQueryReader({ project: 'other-project', dataset: 'd', location: 'EU' }, client());
  await expect(other.tables()).rejects.toThrow(/no GET/);
});
