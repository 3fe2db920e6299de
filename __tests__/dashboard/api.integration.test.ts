import { writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import type { Dataset } from '../../runtime/dashboard/datasets/dataset.ts';
import { datasets } from '../../runtime/dashboard/datasets/index.ts';
import { wrapped } from '../../runtime/dashboard/datasets/wrapped.ts';
import { publishMarts } from '../../runtime/warehouse/marts/publish.ts';
import { eventually } from '../support/eventually.ts';
import { examples } from './examples.ts';
import { MartsFixture, smallFixture } from './marts-fixture.ts';
import { startTestServer, type TestServer } from './test-server.ts';

let fixture: MartsFixture;
let server: TestServer;

beforeAll(async () => {
  fixture = await MartsFixture.create();
  await fixture.publish();
  server = await startTestServer(fixture.marts);
});

afterAll(async () => {
  await server?.stop();
  await fixture?.remove();
});

afterEach(() => {
  expect(server.complaints).toEqual([]);
});

type Row = Record<string, unknown>;

async function rows(path: string): Promise<Row[]> {
  const response = await fetch(`${server.url}/api/${path}`);
  expect([path, response.status]).toEqual([path, 200]);
  return ((await response.json()) as { rows: Row[] }).rows;
}

test.each(datasets.map((dataset) => [dataset.name, dataset] as const))(
  '%s returns rows of the form it declares, and the same as CSV',
  async (name, dataset) => {
    const query = examples[name] ?? '';
    const answer = await rows(name + query);
    expect(answer.length).toBeGreaterThan(0);
    for (const row of answer) expect(dataset.row.strict().safeParse(row).error?.issues ?? []).toEqual([]);
    const csv = await (await fetch(`${server.url}/api/${name}.csv${query}`)).text();
    const lines = csv.split('\r\n');
    expect(lines[0]).toBe(Object.keys(dataset.row.shape).join(','));
    expect(lines).toHaveLength(answer.length + 2);
  },
);

test('totals of an audience and a period are those of the marts', async () => {
  const [expected] = await fixture.ask(
    `select sum(streams)::bigint as streams, sum(listeners) / count(distinct day) as daily_listeners
     from marts.listeners_by_segment_daily
     where day between '2026-03-01' and '2026-03-10' and state = 'NY' and level = 'free'`,
  );
  const [got] = await rows('totals?from=2026-03-01&to=2026-03-10&state=NY&level=free');
  expect(got).toMatchObject({ ...expected, new_users: null, sessions: null, days: 10 });
});

test('listeners on an average day are one number, also of a state where nobody listens on most days', async () => {
  const own = await MartsFixture.create();
  await own.publish({ ...smallFixture, days: 31 });
  const gaps = "state = 'VT' and (extract(day from day) % 4 <> 0 or level = 'paid')";
  const marts = ['listeners_by_segment_daily', 'demographics_daily'];
  await own.run(marts.map((mart) => `delete from marts.${mart} where ${gaps}`));
  await publishMarts({ database: own.database, marts: own.marts });
  const sparse = await startTestServer(own.marts);
  try {
    const [heard] = await own.ask(
      `select sum(listeners)::bigint as listeners, count(distinct day) as days, sum(streams)::bigint as streams
       from marts.listeners_by_segment_daily where state = 'VT'`,
    );
    expect(heard?.days).toBe(7);
    const expected = Number(heard?.listeners) / 31;
    const ask = async (path: string) => {
      const response = await fetch(`${sparse.url}/api/${path}`);
      return ((await response.json()) as { rows: Row[] }).rows;
    };
    const sum = (list: readonly Row[], column = 'daily_listeners') =>
      list.reduce((total, row) => total + Number(row[column]), 0);
    const [totals] = await ask('totals?state=VT');
    expect(totals).toMatchObject({ days: 31, streams: heard?.streams });
    expect(totals?.daily_listeners).toBeCloseTo(expected, 9);
    for (const by of ['gender', 'level']) {
      expect(sum(await ask(`audience?state=VT&by=${by}`))).toBeCloseTo(expected, 9);
    }
    // Accounts of the fixture are counted seven times over, once for each part of a segment.
    expect(sum(await ask('demographics?state=VT&by=account_age')) / 7).toBeCloseTo(expected, 9);
    const states = await ask('states');
    expect(sum(states.filter(({ state }) => state === 'VT'))).toBeCloseTo(expected, 9);
    const days = await ask('activity?state=VT');
    expect(days).toHaveLength(31);
    expect(sum(days, 'listeners') / 31).toBeCloseTo(expected, 9);
    const [month] = await ask('activity?state=VT&grain=month');
    expect(month?.listeners).toBeCloseTo(expected, 9);
  } finally {
    await sparse.stop();
    await own.remove();
  }
});

const popular: readonly [string, string, string, string][] = [
  [
    'songs, level',
    'top-songs',
    'from=2026-03-04&to=2026-03-30&level=free',
    `select song_key, song, sum(streams - paid_streams)::bigint as streams from marts.song_popularity_daily
      where day between '2026-03-04' and '2026-03-30' group by all order by streams desc, song_key limit 10`,
  ],
  [
    'songs, beyond the first and the last day',
    'top-songs',
    'from=2020-01-01&to=2099-12-31',
    `select song_key, song, streams from marts.song_totals order by streams desc, song_key limit 10`,
  ],
  [
    'songs, last day',
    'top-songs',
    'from=2026-03-31&to=2026-04-02',
    `select song_key, song, streams from marts.song_popularity_daily where day = '2026-03-31'
      order by streams desc, song_key limit 10`,
  ],
  [
    'artists, level',
    'top-artists',
    'from=2026-01-30&to=2026-03-30&level=paid',
    `select artist_key, artist, sum(paid_streams)::bigint as streams from marts.artist_popularity_daily
      where day between '2026-01-30' and '2026-03-30' group by all order by streams desc, artist_key limit 10`,
  ],
  [
    'songs, state',
    'top-songs',
    'from=2026-03-04&to=2026-03-20&state=VT',
    `select song_key, t.song, sum(heard.streams)::bigint as streams
      from marts.song_popularity_by_state_daily as heard join marts.song_totals as t using (song_key)
      where day between '2026-03-04' and '2026-03-20' and state = 'VT' group by song_key, t.song
      order by streams desc, song_key limit 10`,
  ],
  [
    'artists, state',
    'top-artists',
    'from=2026-03-04&to=2026-03-20&state=NY&level=free',
    `select t.artist_key, t.artist, sum(heard.streams - heard.paid_streams)::bigint as streams
      from marts.song_popularity_by_state_daily as heard join marts.song_totals as t using (song_key)
      where day between '2026-03-04' and '2026-03-20' and state = 'NY' group by all
      order by streams desc, t.artist_key limit 10`,
  ],
];

test.each(popular)('the most played %s of a period equal SQL', async (_name, dataset, search, sql) => {
  const expected = await fixture.ask(sql);
  const got = await rows(`${dataset}?${search}`);
  expect(expected).toHaveLength(10);
  expect(got.map((row, index) => ({ ...row, ...expected[index] }))).toEqual(got);
});

test('nobody has played anything before the first day or after the last', async () => {
  expect(await rows('top-songs?from=2020-01-01&to=2020-02-01')).toEqual([]);
  expect(await rows('top-artists?from=2030-01-01&to=2030-02-01')).toEqual([]);
});

test.each([
  ['song-chart', 'week', 'charts_songs_weekly', 'song_key', 182],
  ['artist-chart', 'day', 'charts_artists_daily', 'artist_key', 30],
])(
  'a %s of a %s tells the places of the last time as they are in the mart',
  async (dataset, cycle, mart, key, days) => {
    const charts = await fixture.ask(
      `select cast(day as varchar) as day, ${key} as item, chart_rank from marts.${mart}
     where region = 'VT' and day <= '2026-03-20' and day > date '2026-03-20' - ${days} order by all`,
    );
    const dates = [...new Set(charts.map(({ day }) => day))];
    const rankOn = new Map(charts.map(({ day, item, chart_rank: rank }) => [`${day} ${item}`, rank]));
    const got = await rows(`${dataset}?cycle=${cycle}&region=VT&day=2026-03-20&limit=7`);
    expect(got.map((row) => row.chart_rank)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(got.map((row) => row.past_ranks)).toEqual(
      got.map((row) => dates.map((day) => rankOn.get(`${day} ${row[key]}`) ?? null)),
    );
    expect(dates.length).toBeGreaterThan(5);
  },
);

test('an hour of activity starts when the mart says, in UTC', async () => {
  const got = await rows('activity?grain=hour&from=2026-03-31&to=2026-03-31');
  expect(got.map(({ period }) => period)).toEqual(
    Array.from({ length: 24 }, (_, hour) => `2026-03-31T${String(hour).padStart(2, '0')}:00:00.000Z`),
  );
});

test.each(['top-songs', 'top-songs.csv', 'wrapped.svg?user=37&year=2026'])(
  '%s has an ETag: whoever names it, alone, weak or in a list, gets 304 and nothing',
  async (path) => {
    const address = `${server.url}/api/${path}`;
    const first = await fetch(address);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"\d{8}T\d{6}Z-/);
    const asked = async (ifNoneMatch: string) => {
      const { status, headers, text } = await ask(address, { 'if-none-match': ifNoneMatch });
      return [status, status === 304 ? text : text.length > 0, headers.etag];
    };
    for (const known of [etag, `W/${etag}`, `"other", W/${etag} , "more"`, `"other",${etag}`, '*']) {
      expect([known, ...(await asked(known))]).toEqual([known, 304, '', etag]);
    }
    for (const unknown of ['"other"', `W/"other", ${etag.slice(0, -2)}"`, etag.slice(1, -1), '']) {
      expect([unknown, ...(await asked(unknown))]).toEqual([unknown, 200, true, etag]);
    }
  },
);

test('another build of the program has other ETags for the same version of the marts', async () => {
  const other = await startTestServer(fixture.marts, { build: 'another' });
  try {
    const etags = await Promise.all(
      [server, other].map(async ({ url }) => (await fetch(`${url}/api/totals`)).headers.get('etag')),
    );
    expect(etags[1]).toContain('-another"');
    expect(etags[0]?.slice(0, 22)).toBe(etags[1]?.slice(0, 22));
    expect(etags[0]).not.toBe(etags[1]);
  } finally {
    await other.stop();
  }
});

const attacks = [
  "'; drop table marts.activity_daily; --",
  '1 or 1=1',
  '<script>alert(1)</script>',
  '../../../etc/passwd',
  '\u0000',
  '9'.repeat(400),
  '$state',
];

const parametersOf = ({ name, params }: Pick<Dataset, 'name' | 'params'>): [string, string][] =>
  Object.keys(params.shape).map((key) => [name, key]);

test.each([
  ...datasets.flatMap(parametersOf),
  ...parametersOf({ name: 'wrapped.svg', params: wrapped.params }),
])(
  '%s refuses hostile values of %s, naming the parameter and nothing of the inside',
  async (name, parameter) => {
    const given = Object.fromEntries(new URLSearchParams(examples[name.replace('.svg', '')]));
    for (const attack of attacks) {
      const response = await fetch(
        `${server.url}/api/${name}?${new URLSearchParams({ ...given, [parameter]: attack })}`,
      );
      const text = await response.text();
      expect([attack, response.status]).toEqual([attack, 400]);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      expect(JSON.parse(text).faults.map((fault: Row) => fault.parameter)).toEqual([parameter]);
      expect(text).not.toMatch(/select |parquet|\/tmp|\.ts|node_modules/);
    }
  },
);

test('all faults of a request are named at once', async () => {
  const response = await fetch(`${server.url}/api/activity?from=yesterday&state=XX&level=gold&grain=age&x=1`);
  const body = (await response.json()) as { faults: Row[] };
  expect(body.faults.map(({ parameter, got }) => [parameter, got]).sort()).toEqual([
    ['from', 'yesterday'],
    ['grain', 'age'],
    ['level', 'gold'],
    ['state', 'XX'],
    ['x', '1'],
  ]);
});

test('a period that ends before it begins, a repeated parameter and an impossible date are refused', async () => {
  for (const query of ['from=2026-03-02&to=2026-03-01', 'limit=1&limit=2', 'from=2026-02-30']) {
    const response = await fetch(`${server.url}/api/top-songs?${query}`);
    expect([query, response.status]).toEqual([query, 400]);
  }
});

test('a period without data has no rows, and totals of zero', async () => {
  expect(await rows('top-songs?from=2031-01-01&to=2031-01-02')).toEqual([]);
  expect((await rows('totals?from=2031-01-01&to=2031-01-02'))[0]).toMatchObject({ streams: 0, days: 0 });
});

test('the OpenAPI document has every dataset with its parameters', async () => {
  const document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as {
    paths: Record<string, { get: { parameters?: { name: string; description: string }[] } }>;
  };
  for (const { name, params } of datasets) {
    const operation = document.paths[`/api/${name}`]?.get;
    expect(operation?.parameters?.map((parameter) => parameter.name)).toEqual(Object.keys(params.shape));
    for (const parameter of operation?.parameters ?? []) expect(parameter.description).toBeTruthy();
    expect(document.paths[`/api/${name}.csv`]).toBeDefined();
  }
});

test('the OpenAPI document has every address of the API, and each answers with the type that it says', async () => {
  const { paths } = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as {
    paths: Record<string, { get: { responses: { 200: { content: Record<string, object> } } } }>;
  };
  const beside = Object.keys(paths).filter((path) => !datasets.some(({ name }) => isOf(name, path)));
  expect(beside.sort()).toEqual([
    '/api/events',
    '/api/live',
    '/api/live.csv',
    '/api/live/events',
    '/api/openapi.json',
    '/api/status',
    '/api/wrapped.svg',
  ]);
  expect(server.routes.filter((path) => path.startsWith('/api/')).sort()).toEqual(Object.keys(paths).sort());
  for (const path of beside) {
    const search = path === '/api/wrapped.svg' ? examples.wrapped : '';
    const { status, headers, body } = await fetch(`${server.url}${path}${search}`);
    const [type] = Object.keys(paths[path]?.get.responses[200].content ?? {});
    expect([path, status, headers.get('content-type')?.split(';')[0]]).toEqual([path, 200, type]);
    await body?.cancel();
  }
});

const isOf = (name: string, path: string) => path === `/api/${name}` || path === `/api/${name}.csv`;

test('answers carry a policy under which nothing but the page’s own files runs', async () => {
  for (const path of ['/', '/api/status', '/nowhere']) {
    const { headers } = await fetch(server.url + path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});

test('there is nothing to write to, and nothing outside the page’s files to read', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    expect((await fetch(`${server.url}/api/totals`, { method })).status).toBe(404);
  }
  for (const path of ['/assets/..%2f..%2fserver.ts', '/assets/%2e%2e%2fpackage.json', '/package.json']) {
    expect([path, await statusOf(path)]).toEqual([path, 404]);
  }
  expect(await statusOf('/%')).toBe(400);
});

/** Asks with exactly these headers: fetch adds one against caches to a conditional request. */
function ask(address: string, headers: Record<string, string>) {
  return new Promise<{ status: number | undefined; headers: IncomingHttpHeaders; text: string }>(
    (resolve, reject) => {
      request(address, { headers }, async (response) => {
        const text = (await response.setEncoding('utf8').toArray()).join('');
        resolve({ status: response.statusCode, headers: response.headers, text });
      })
        .on('error', reject)
        .end();
    },
  );
}

/** The status of a path sent as it is: fetch would tidy it up. */
function statusOf(path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

test('before the first version every dataset answers 503 with words for a person, and health is good', async () => {
  const empty = await MartsFixture.create();
  const waiting = await startTestServer(empty.marts);
  try {
    for (const { name } of datasets) {
      const response = await fetch(`${waiting.url}/api/${name}${examples[name] ?? ''}`);
      expect([name, response.status]).toEqual([name, 503]);
      expect(await response.json()).toMatchObject({
        code: 'no_data',
        detail: 'No data yet: the first batch is on its way.',
      });
    }
    expect(await (await fetch(`${waiting.url}/api/status`)).json()).toMatchObject({
      marts: null,
      extent: null,
    });
    expect((await fetch(`${waiting.url}/readyz`)).status).toBe(200);
    expect(waiting.complaints).toEqual([]);
  } finally {
    await waiting.stop();
    await empty.remove();
  }
});

test('marts replaced while fifty clients read are each answered whole, from one version or another', async () => {
  const own = await MartsFixture.create();
  await own.publish({ ...smallFixture, days: 8 });
  const busy = await startTestServer(own.marts);
  try {
    const versions = new Set<string>();
    let publishing = true;
    const client = async () => {
      while (publishing) {
        const response = await fetch(`${busy.url}/api/activity`);
        const body = (await response.json()) as { version: string; rows: Row[] };
        expect(response.status).toBe(200);
        versions.add(`${body.version} ${body.rows.length}`);
      }
    };
    const clients = Array.from({ length: 50 }, client);
    await eventually('a client has read the first version', () => versions.size > 0);
    for (const days of [9, 10, 11]) await own.publish({ ...smallFixture, days });
    await eventually('a client has read the last version', () =>
      [...versions].some((seen) => seen.endsWith(' 11')),
    );
    publishing = false;
    await Promise.all(clients);
    const lengths = [...versions].map((seen) => Number(seen.split(' ')[1]));
    expect(lengths).toEqual(expect.arrayContaining([8, 11]));
    expect(new Set(lengths).size).toBe(versions.size);
    expect(busy.complaints).toEqual([]);
  } finally {
    await busy.stop();
    await own.remove();
  }
});

test('a pointer that is damaged while the page runs is told without naming places; the last version still answers', async () => {
  const own = await MartsFixture.create();
  await own.publish({ ...smallFixture, days: 8 });
  const shaken = await startTestServer(own.marts);
  try {
    await writeFile(join(own.marts, 'current.json'), '{');
    await eventually('the damage is noticed', async () => {
      return (await fetch(`${shaken.url}/readyz`)).status === 503;
    });
    for (const path of ['/readyz', '/api/status']) {
      const text = await (await fetch(shaken.url + path)).text();
      expect(text).toContain('the newest marts cannot be opened');
      expect(text).not.toContain(own.folder);
    }
    expect((await fetch(`${shaken.url}/api/totals`)).status).toBe(200);
    expect(shaken.complaints.join()).toContain('current.json is not JSON');
  } finally {
    await shaken.stop();
    await own.remove();
  }
});
