/**
 * How fast the page and its API are: time to the first chart in Chromium, and each route under fifty clients at once,
 * with and without the cache, on marts of a year of ten million streams.
 */
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { launchChromium, openPage } from '../__tests__/dashboard/chromium.ts';
import { MartsFixture } from '../__tests__/dashboard/marts-fixture.ts';
import type { FixtureSize } from '../__tests__/dashboard/marts-sql.ts';
import type { ListeningReport } from '../runtime/dashboard/command.ts';
import { addDays } from '../runtime/dashboard/datasets/days.ts';
import { datasets } from '../runtime/dashboard/datasets/index.ts';
import { stateCodes } from '../runtime/dashboard/datasets/states.ts';

/** Times of the requests of one route, milliseconds. */
export interface RouteResult {
  readonly route: string;
  readonly cached: boolean;
  readonly requests: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** What the server's processor worked for one request, milliseconds: the figure that other work on the machine leaves alone. */
  readonly cpu: number;
}

/** The last line of the bench. */
export interface BenchResult {
  readonly bench: 'dashboard';
  readonly firstChartMilliseconds: number | null;
  readonly scriptKiB: number | null;
  readonly routes: readonly RouteResult[];
  readonly worstCachedP95: number;
  readonly worstUncachedP95: number;
  readonly rssMiB: number;
}

const cli = fileURLToPath(new URL('../runtime/cli.ts', import.meta.url));
const clients = 50;
const size: FixtureSize = {
  lastDay: '2026-12-31',
  days: 365,
  songs: 5_000,
  artists: 1_000,
  listeners: 20_000,
  heardEvery: 10,
  statesOf: stateCodes,
  chartSize: 100,
};

/** Parameters of a dataset that no other `index` has, as far as it has any. */
function variation(name: string, index: number): string {
  const shape = datasets.find((dataset) => dataset.name === name)?.params.shape ?? {};
  const has = (parameter: string) => Object.hasOwn(shape, parameter);
  const given: Record<string, string> = {};
  if (has('from')) given.from = addDays('2026-01-01', index % 300);
  if (has('to')) given.to = addDays('2026-12-31', -(index % 60));
  if (has('state') && index % 2 === 0) given.state = stateCodes[index % stateCodes.length] ?? 'CA';
  if (has('region')) given.region = stateCodes[index % stateCodes.length] ?? 'CA';
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

const percentile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** Sends all paths over fifty connections and returns how long each answer took, milliseconds, in order of size. */
async function timed(url: string, paths: readonly string[]): Promise<number[]> {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const times: number[] = [];
  const queue = [...paths];
  const get = (path: string) =>
    new Promise<void>((resolve, reject) => {
      const started = performance.now();
      request({ hostname, port, path, agent, headers: { 'accept-encoding': 'gzip' } }, (response) => {
        response.resume();
        response.on('end', () => {
          if (response.statusCode !== 200) reject(new Error(`${path} answered ${response.statusCode}`));
          times.push(performance.now() - started);
          resolve();
        });
      })
        .on('error', reject)
        .end();
    });
  const client = async () => {
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) await get(path);
  };
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
  return times.sort((a, b) => a - b);
}

async function route(server: Server, name: string, cached: boolean, requests: number): Promise<RouteResult> {
  const { url } = server;
  const paths = Array.from(
    { length: requests },
    (_, index) => `/api/${name}?${variation(name, cached ? 0 : index)}`,
  );
  if (cached) await timed(url, paths.slice(0, 1));
  const cpuBefore = await server.cpuMilliseconds();
  const times = await timed(url, paths);
  const cpu = (await server.cpuMilliseconds()) - cpuBefore;
  const result = {
    route: name,
    cached,
    requests,
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    p99: percentile(times, 0.99),
    cpu: cpu / requests,
  };
  const text = (value: number) => value.toFixed(1).padStart(8);
  console.log(
    `${name.padEnd(18)} ${cached ? 'cached  ' : 'uncached'} p50${text(result.p50)} p95${text(result.p95)} p99${text(result.p99)} ms, cpu${text(result.cpu)} ms`,
  );
  return result;
}

/** The median over fresh profiles of the time from navigation to the first chart, and the size of the scripts. */
async function firstChart(url: string): Promise<{ milliseconds: number; scriptKiB: number }> {
  const browser = await launchChromium();
  const times: number[] = [];
  let scriptKiB = 0;
  try {
    for (let run = 0; run < 7; run += 1) {
      const { page } = await openPage(browser, 'about:blank');
      await page.addInitScript(`new MutationObserver((_, observer) => {
        if (!document.querySelector('.plot')) return;
        globalThis.firstChart = performance.now();
        observer.disconnect();
      }).observe(document, { childList: true, subtree: true })`);
      await page.goto(url);
      await page.waitForSelector('.plot');
      times.push((await page.evaluate('globalThis.firstChart')) as number);
      scriptKiB = (await page.evaluate(`performance.getEntriesByType('resource')
        .filter(({ name }) => name.endsWith('.js')).reduce((sum, entry) => sum + entry.encodedBodySize, 0) / 1024`)) as number;
      await page.context().close();
    }
  } finally {
    await browser.close();
  }
  return {
    milliseconds: percentile(
      times.sort((a, b) => a - b),
      0.5,
    ),
    scriptKiB,
  };
}

/** The dashboard, a process of its own. */
class Server {
  readonly url: string;
  readonly child: ChildProcess;

  private constructor(child: ChildProcess, url: string) {
    this.child = child;
    this.url = url;
  }

  static async start(marts: string): Promise<Server> {
    const child = fork(cli, ['dashboard'], {
      // Answers any message with the time that the process has worked.
      execArgv: [
        '--import',
        'data:text/javascript,process.on("message",()=>process.send(process.cpuUsage()))',
      ],
      env: {
        PATH: process.env.PATH,
        BEATFLOW_MARTS: marts,
        BEATFLOW_DASHBOARD_PORT: '0',
        BEATFLOW_LOG_LEVEL: 'warn',
      },
    });
    const [report] = (await once(child, 'message')) as [ListeningReport];
    return new Server(child, report.url);
  }

  async cpuMilliseconds(): Promise<number> {
    const answer = once(this.child, 'message');
    this.child.send('cpu');
    const [{ user, system }] = (await answer) as [NodeJS.CpuUsage];
    return (user + system) / 1000;
  }
}

const worst = (routes: readonly RouteResult[], cached: boolean) =>
  Math.max(...routes.filter((result) => result.cached === cached).map(({ p95 }) => p95));

/** Measures the page and every route; `--requests` per route, `--routes` names some. */
export async function run(args: string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args,
    options: { requests: { type: 'string', default: '300' }, routes: { type: 'string' } },
  });
  const names = values.routes?.split(',') ?? datasets.map(({ name }) => name);
  const fixture = await MartsFixture.create();
  let server: Server | undefined;
  try {
    await fixture.publish(size);
    const [row] = await fixture.ask('select count(*) as n from marts.song_popularity_daily');
    console.log(`marts: ${size.days} days, ${Number(row?.n).toLocaleString('en')} song days`);
    server = await Server.start(fixture.marts);
    const chart = process.env.BEATFLOW_CHROMIUM ? await firstChart(server.url) : undefined;
    const routes: RouteResult[] = [];
    for (const name of names) {
      routes.push(await route(server, name, false, Number(values.requests)));
      routes.push(await route(server, name, true, Number(values.requests)));
    }
    const rss = Number(
      execFileSync('ps', ['-o', 'rss=', '-p', String(server.child.pid)], { encoding: 'utf8' }),
    );
    const result: BenchResult = {
      bench: 'dashboard',
      firstChartMilliseconds: chart?.milliseconds ?? null,
      scriptKiB: chart?.scriptKiB ?? null,
      routes,
      worstCachedP95: worst(routes, true),
      worstUncachedP95: worst(routes, false),
      rssMiB: rss / 1024,
    };
    console.log(JSON.stringify(result));
    return result;
  } finally {
    server?.child.kill();
    await fixture.remove();
  }
}
