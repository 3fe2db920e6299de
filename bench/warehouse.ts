/**
 * What one more hour costs the warehouse when it holds 1, 10 or 100 hours already: the loader's rows per second and
 * dbt's build. Every history ends at the same hour of the day, so the day that is rebuilt is equally full, and all cases
 * measure the same hours, in turns: a machine that is slow for a while is slow for all of them. A figure is the median over
 * the hours that follow the histories, a ratio the median over the ratios of the same hour.
 */

import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { LakeFiller } from '../__tests__/support/lake-filler.ts';
import { hourMs } from '../runtime/contract/durations.ts';
import { LocalDiskStore } from '../runtime/lake/local-disk-store.ts';
import { type LoadSummary, load } from '../runtime/loader/load.ts';
import { runCommand } from '../runtime/local/child-program.ts';
import { type InstalledTools, installedTools } from '../runtime/local/state-folder.ts';
import { DuckDbWarehouse } from '../runtime/warehouse/raw/duckdb-warehouse.ts';

/** What one more hour cost at one length of history: medians over the measured hours. */
interface WarehouseCase {
  readonly name: string;
  readonly historyHours: number;
  readonly measuredHours: number;
  readonly rowsPerHour: number;
  /** The history, loaded at once. */
  readonly historyLoadRowsPerSecond: number;
  /** The first build, which makes every day. */
  readonly historyBuildSeconds: number;
  readonly hourLoadSeconds: number;
  readonly hourLoadRowsPerSecond: number;
  readonly hourBuildSeconds: number;
  /** What processors worked for loading and building one hour: other work on the machine adds to the others. */
  readonly hourLoadCpuSeconds: number;
  readonly hourBuildCpuSeconds: number;
}

/** The last line of the bench. */
interface BenchResult {
  readonly bench: 'warehouse';
  readonly cases: readonly WarehouseCase[];
  readonly ratios: Readonly<Record<string, number>>;
}

/** Histories end here, where the first measured hour begins. */
const historyEnd = Date.UTC(2026, 10, 19, 10);
const measuredHours = 5;
const logger = pino({ level: 'silent' });
/** Simulated listeners that together make about one event per hour: measured over a week, all topics. */
const listenersPerHourlyEvent = 6.2;

interface Timed<T> {
  readonly seconds: number;
  /** Of this process, all threads. */
  readonly cpuSeconds: number;
  readonly result: T;
}

async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const started = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6, result };
}

interface MeasuredHour {
  readonly rows: number;
  readonly loadSeconds: number;
  readonly loadCpuSeconds: number;
  readonly buildSeconds: number;
  readonly buildCpuSeconds: number;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Waits until the disk has what was written: an hour must not pay for what came before it. */
const settleDisk = () => execFileSync('sync');

/** What the shell's `times` printed last: the processor seconds of the commands it ran. */
function childSeconds(printed: string): number {
  const last = printed.trimEnd().split('\n').at(-1) ?? '';
  return [...last.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
    0,
  );
}

/** A warehouse with a history of its own, and the lake that it is loaded from. */
class History {
  readonly hours: number;
  readonly measured: MeasuredHour[] = [];
  readonly #folder: string;
  readonly #tools: InstalledTools;
  readonly #filler: LakeFiller;
  readonly #store: LocalDiskStore;
  #loadRowsPerSecond = Number.NaN;
  #buildSeconds = Number.NaN;

  private constructor(
    hours: number,
    folder: string,
    tools: InstalledTools,
    store: LocalDiskStore,
    filler: LakeFiller,
  ) {
    this.hours = hours;
    this.#folder = folder;
    this.#tools = tools;
    this.#store = store;
    this.#filler = filler;
  }

  /** Simulates, loads and builds a history. All simulate the same listeners from the same time on. */
  static async create(hours: number, longestHours: number, rowsPerHour: number): Promise<History> {
    console.log(`${hours} hours of history: simulating, loading and building them`);
    const folder = await mkdtemp(join(tmpdir(), 'beatflow-bench-'));
    const store = new LocalDiskStore(join(folder, 'lake'));
    const filler = new LakeFiller({
      store,
      startMs: historyEnd - longestHours * hourMs,
      endMs: historyEnd + measuredHours * hourMs,
      users: Math.round(rowsPerHour * listenersPerHourlyEvent),
    });
    const history = new History(hours, folder, await installedTools(), store, filler);
    try {
      await filler.skipTo(historyEnd - hours * hourMs);
      for (let hour = hours - 1; hour >= 0; hour--) await filler.fillUntil(historyEnd - hour * hourMs);
      const { result, seconds } = await timed(() => history.#runLoader());
      history.#loadRowsPerSecond = Math.round(result.rows / seconds);
      history.#buildSeconds = (await timed(() => history.#build())).seconds;
      return history;
    } catch (error) {
      await history.remove();
      throw error;
    }
  }

  /** Loads and builds the next hour. */
  async oneMore(): Promise<void> {
    await this.#filler.fillUntil(historyEnd + (this.measured.length + 1) * hourMs);
    settleDisk();
    const loaded = await timed(() => this.#runLoader());
    settleDisk();
    const built = await timed(() => this.#build());
    const hour = {
      rows: loaded.result.rows,
      loadSeconds: loaded.seconds,
      loadCpuSeconds: loaded.cpuSeconds,
      buildSeconds: built.seconds,
      buildCpuSeconds: built.result,
    };
    this.measured.push(hour);
    const text = (value: number) => value.toFixed(1);
    console.log(
      `hour ${this.measured.length} after ${this.hours}: load ${text(hour.loadSeconds)} s, build ${text(hour.buildSeconds)} s ` +
        `(processors ${text(hour.loadCpuSeconds)} and ${text(hour.buildCpuSeconds)} s)`,
    );
  }

  figures(): WarehouseCase {
    const of = (figure: keyof MeasuredHour) => median(this.measured.map((hour) => hour[figure]));
    return {
      name: `${this.hours} hours of history`,
      historyHours: this.hours,
      measuredHours,
      rowsPerHour: of('rows'),
      historyLoadRowsPerSecond: this.#loadRowsPerSecond,
      historyBuildSeconds: this.#buildSeconds,
      hourLoadSeconds: of('loadSeconds'),
      hourLoadRowsPerSecond: Math.round(of('rows') / of('loadSeconds')),
      hourBuildSeconds: of('buildSeconds'),
      hourLoadCpuSeconds: of('loadCpuSeconds'),
      hourBuildCpuSeconds: of('buildCpuSeconds'),
    };
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #database(): string {
    return join(this.#folder, 'warehouse.duckdb');
  }

  async #runLoader(): Promise<LoadSummary> {
    const warehouse = await DuckDbWarehouse.open({
      path: this.#database,
      lakeFolder: join(this.#folder, 'lake'),
      avroExtension: this.#tools.avroExtension,
    });
    try {
      return await load({
        store: this.#store,
        warehouse,
        range: undefined,
        maxHours: 10_000,
        logger,
        progress: () => undefined,
      });
    } finally {
      await warehouse.close();
    }
  }

  /** Runs dbt. @returns the seconds that processors worked for it. */
  async #build(): Promise<number> {
    const { dbt, dbtProject } = this.#tools;
    const logFile = join(this.#folder, 'dbt.out');
    const build = [dbt, 'build', '--project-dir', dbtProject, '--profiles-dir', dbtProject];
    await runCommand(
      {
        name: 'dbt',
        command: 'sh',
        // The shell tells what processors worked for dbt.
        args: ['-c', '"$@"; status=$?; times; exit $status', 'sh', ...build],
        environment: {
          BEATFLOW_DUCKDB_PATH: this.#database,
          DBT_TARGET_PATH: join(this.#folder, 'target'),
          DBT_LOG_PATH: this.#folder,
          DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
          DO_NOT_TRACK: '1',
        },
        logFile,
      },
      new AbortController().signal,
    );
    return childSeconds(await readFile(logFile, 'utf8'));
  }
}

/** By how much an hour costs more after the longer history: the median over the hours, each against the same one. */
function ratioOf(longer: History, shorter: History, figure: keyof MeasuredHour): number {
  return median(
    longer.measured.map((hour, index) => hour[figure] / (shorter.measured[index]?.[figure] ?? Number.NaN)),
  );
}

/** `--hours 1,10,100` lengths of history, `--events 200000` events per hour over all topics. */
export async function run(args: string[]): Promise<BenchResult> {
  const { values } = parseArgs({
    args,
    options: {
      hours: { type: 'string', default: '1,10,100' },
      events: { type: 'string', default: '200000' },
    },
  });
  const lengths = values.hours.split(',').map(Number);
  const histories: History[] = [];
  try {
    for (const hours of lengths) {
      histories.push(await History.create(hours, Math.max(...lengths), Number(values.events)));
    }
    for (let hour = 0; hour < measuredHours; hour++) {
      for (const history of histories) await history.oneMore();
    }
    const [shorter, longer] = histories.slice(-2);
    const ratios: Record<string, number> = {};
    if (shorter && longer) {
      const to = `${longer.hours}To${shorter.hours}`;
      ratios[`hourLoad${to}`] = ratioOf(longer, shorter, 'loadSeconds');
      ratios[`hourBuild${to}`] = ratioOf(longer, shorter, 'buildSeconds');
      ratios[`hourLoadCpu${to}`] = ratioOf(longer, shorter, 'loadCpuSeconds');
      ratios[`hourBuildCpu${to}`] = ratioOf(longer, shorter, 'buildCpuSeconds');
    }
    const result: BenchResult = {
      bench: 'warehouse',
      cases: histories.map((history) => history.figures()),
      ratios,
    };
    console.log(JSON.stringify(result));
    return result;
  } finally {
    for (const history of histories) await history.remove();
  }
}
