/**
 * How fast the page and its API are: time to the first chart in Chromium, and each route under fifty clients at once,
 * with and without the cache, on marts of a year of ten million streams.
 */
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { MartsFixture } from '../__tests__/dashboard/marts-fixture.ts';
import type { FixtureSize } from '../__tests__/dashboard/marts-sql.ts';
import { datasets } from '../runtime/dashboard/datasets/index.ts';
import { addDays } from '../runtime/dashboard/shared/days.ts';
import { usStateCodes } from '../runtime/dashboard/shared/us-states.ts';
import { type FirstChart, firstChart } from './dashboard/first-chart.ts';
import { Clients, type LoadFigures } from './dashboard/load.ts';
import { Server } from './dashboard/server.ts';

/** A route under load, with the cache or without. */
interface RouteCase extends LoadFigures {
  readonly name: string;
  /** What the server's processor worked for one request, which other work on the machine leaves alone. */
  readonly cpuMillisecondsPerRequest: number;
}

/** The server's process after all routes. */
interface ServerCase {
  readonly name: 'server';
  readonly rssMiB: number;
}

/** The first visit. */
interface FirstChartCase extends FirstChart {
  readonly name: 'first chart';
}

/** The last line of the bench. */
interface BenchResult {
  readonly bench: 'dashboard';
  readonly cases: readonly (RouteCase | ServerCase | FirstChartCase)[];
  readonly ratios: Readonly<Record<string, number>>;
}

const clients = 50;
/** Requests of a route before it is measured, as of a server that has run for a while; no measured one is among them. */
const warmUpRequests = 300;
const warmUpFrom = 1_000;

/** What is demanded of the page: see docs/dashboard.md. */
const demanded = { cachedP95Milliseconds: 50, uncachedP95Milliseconds: 300, firstChartMilliseconds: 1000 };
const size: FixtureSize = {
  lastDay: '2026-12-31',
  days: 365,
  songs: 5_000,
  artists: 1_000,
  listeners: 20_000,
  heardEvery: 10,
  statesOf: usStateCodes,
  chartSize: 100,
};

/** Parameters of a dataset that no other `index` below some thousands has, as far as it has any. */
function variation(name: string, index: number): string {
  const shape = datasets.find((dataset) => dataset.name === name)?.params.shape ?? {};
  const has = (parameter: string) => Object.hasOwn(shape, parameter);
  const given: Record<string, string> = {};
  if (has('from')) given.from = addDays('2026-01-01', index % 300);
  if (has('to')) given.to = addDays('2026-12-31', -((index + Math.floor(index / 300)) % 60));
  if (has('state') && index % 2 === 0) given.state = usStateCodes[index % usStateCodes.length] ?? 'CA';
  if (has('region')) given.region = usStateCodes[index % usStateCodes.length] ?? 'CA';
  if (has('limit')) given.limit = String(1 + (index % 100));
  if (has('level') && index % 3 === 0) given.level = index % 2 === 0 ? 'free' : 'paid';
  if (has('key')) {
    const isArtist = name.startsWith('artist') && name !== 'artist-of-song';
    given.key = isArtist ? createHash('md5').update(`Artist ${index}`).digest('hex') : `song-${index}`;
  }
  if (has('user')) given.user = String(7 + 10 * (index % 20_000));
  if (has('year')) given.year = index % 2 ? '2025' : '2026';
  return String(new URLSearchParams(given));
}

/** One route, or the ceiling of them all, under load. */
async function measure(
  server: Server,
  load: Clients,
  name: string,
  paths: readonly string[],
): Promise<RouteCase> {
  const before = await server.cpuMilliseconds();
  const figures = await load.ask(paths);
  const cpuMillisecondsPerRequest = ((await server.cpuMilliseconds()) - before) / paths.length;
  const result = { name, ...figures, cpuMillisecondsPerRequest };
  const text = (value: number) => value.toFixed(1).padStart(8);
  console.log(
    `${name.padEnd(26)} p50${text(figures.p50Milliseconds)} p95${text(figures.p95Milliseconds)} p99${text(figures.p99Milliseconds)} ms, cpu${text(cpuMillisecondsPerRequest)} ms`,
  );
  return result;
}

const worst = (cases: readonly RouteCase[], ending: string) =>
  Math.max(
    ...cases.filter(({ name }) => name.endsWith(ending)).map(({ p95Milliseconds }) => p95Milliseconds),
  );

function ratiosOf(
  cases: readonly RouteCase[],
  ceiling: RouteCase,
  chart: { milliseconds: number } | undefined,
) {
  const cached = worst(cases, ' cached');
  return {
    worstCachedP95ToDemanded: cached / demanded.cachedP95Milliseconds,
    worstCachedP95ToLivez: cached / ceiling.p95Milliseconds,
    worstUncachedP95ToDemanded: worst(cases, ' uncached') / demanded.uncachedP95Milliseconds,
    ...(chart && { firstChartToDemanded: chart.milliseconds / demanded.firstChartMilliseconds }),
  };
}

/**
 * Measures the page and every route. `--requests` per route without the cache, `--cached-requests` with it; `--routes`
 * names some.
 */
export async function run(args: string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args,
    options: {
      requests: { type: 'string', default: '300' },
      'cached-requests': { type: 'string', default: '2000' },
      routes: { type: 'string' },
    },
  });
  const names = values.routes?.split(',') ?? datasets.map(({ name }) => name);
  const cachedRequests = Number(values['cached-requests']);
  const fixture = await MartsFixture.create();
  let server: Server | undefined;
  let load: Clients | undefined;
  try {
    await fixture.publish(size);
    const [row] = await fixture.ask('select count(*) as n from marts.song_popularity_daily');
    console.log(`marts: ${size.days} days, ${Number(row?.n).toLocaleString('en')} song days`);
    server = await Server.start(fixture.marts);
    const chart = process.env.BEATFLOW_CHROMIUM ? await firstChart(server.url) : undefined;
    load = new Clients(server.url, clients);
    const again = (path: string) => Array.from({ length: cachedRequests }, () => path);
    await load.ask(again('/livez'));
    const ceiling = await measure(server, load, 'livez', again('/livez'));
    const cases: RouteCase[] = [];
    for (const name of names) {
      const pathsFrom = (first: number, count: number) =>
        Array.from({ length: count }, (_, index) => `/api/${name}?${variation(name, first + index)}`);
      const paths = pathsFrom(0, Number(values.requests));
      const measured = new Set(paths);
      await load.ask(pathsFrom(warmUpFrom, warmUpRequests).filter((path) => !measured.has(path)));
      cases.push(await measure(server, load, `${name} uncached`, paths));
      const known = again(paths[0] ?? '');
      await load.ask(known.slice(0, warmUpRequests));
      cases.push(await measure(server, load, `${name} cached`, known));
    }
    const result: BenchResult = {
      bench: 'dashboard',
      cases: [
        ...(chart ? [{ name: 'first chart' as const, ...chart }] : []),
        { name: 'server', rssMiB: server.rssMiB() },
        ceiling,
        ...cases,
      ],
      ratios: ratiosOf(cases, ceiling, chart),
    };
    console.log(JSON.stringify(result));
    return result;
  } finally {
    load?.close();
    server?.stop();
    await fixture.remove();
  }
}
