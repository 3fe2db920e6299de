/**
 * What one more hour costs the warehouse when it holds 1, 10 or 100 hours already: the loader's rows per second and
 * dbt's build. Every history ends at the same hour of the day, so the day that is rebuilt is equally full, and all cases
 * measure the same hours. A figure is the median over the hours that follow the history.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { LakeFiller } from '../__tests__/support/lake-filler.ts';
import { LocalDiskStore } from '../runtime/lake/local-disk-store.ts';
import { load } from '../runtime/loader/load.ts';
import { runCommand } from '../runtime/local/child-program.ts';
import { installedTools } from '../runtime/local/state-folder.ts';
import { DuckDbWarehouse } from '../runtime/warehouse/duckdb-warehouse.ts';

/** What one more hour cost at one length of history: medians over the measured hours. */
export interface WarehouseCase {
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
export interface BenchResult {
  readonly bench: 'warehouse';
  readonly cases: readonly WarehouseCase[];
  readonly ratios: Readonly<Record<string, number>>;
}

const hourMs = 3_600_000;
/** Histories end here, where the first measured hour begins. */
const historyEnd = Date.UTC(2026, 10, 19, 10);
const measuredHours = 3;
const log = pino({ level: 'silent' });
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

/** The median of one figure over all hours. */
function median(hours: readonly MeasuredHour[], figure: keyof MeasuredHour): number {
  const values = hours.map((hour) => hour[figure]).sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? Number.NaN;
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

async function measure(
  historyHours: number,
  longestHistory: number,
  rowsPerHour: number,
): Promise<WarehouseCase> {
  const folder = await mkdtemp(join(tmpdir(), 'beatflow-bench-'));
  const tools = await installedTools();
  const path = join(folder, 'warehouse.duckdb');
  const lakeFolder = join(folder, 'lake');
  const store = new LocalDiskStore(lakeFolder);
  const runLoader = async () => {
    const warehouse = await DuckDbWarehouse.open({ path, lakeFolder, avroExtension: tools.avroExtension });
    try {
      return await load({
        store,
        warehouse,
        range: undefined,
        maxHours: 10_000,
        log,
        progress: () => undefined,
      });
    } finally {
      await warehouse.close();
    }
  };
  const dbtLog = join(folder, 'dbt.out');
  const build = async (): Promise<number> => {
    await runCommand(
      {
        name: 'dbt',
        command: 'sh',
        // The shell tells what processors worked for dbt.
        args: [
          '-c',
          '"$@"; status=$?; times; exit $status',
          'sh',
          tools.dbt,
          'build',
          '--project-dir',
          tools.dbtProject,
          '--profiles-dir',
          tools.dbtProject,
        ],
        environment: {
          BEATFLOW_DUCKDB_PATH: path,
          DBT_TARGET_PATH: join(folder, 'target'),
          DBT_LOG_PATH: folder,
          DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
          DO_NOT_TRACK: '1',
        },
        logFile: dbtLog,
      },
      new AbortController().signal,
    );
    return childSeconds(await readFile(dbtLog, 'utf8'));
  };
  try {
    console.log(`${historyHours} hours of history: simulating, loading and building them`);
    // All cases simulate the same listeners from the same time on, so that the measured hour is the same one.
    const filler = new LakeFiller({
      store,
      startMs: historyEnd - longestHistory * hourMs,
      endMs: historyEnd + measuredHours * hourMs,
      users: Math.round(rowsPerHour * listenersPerHourlyEvent),
    });
    await filler.skipTo(historyEnd - historyHours * hourMs);
    for (let hour = historyHours - 1; hour >= 0; hour--) await filler.fillUntil(historyEnd - hour * hourMs);
    const history = await timed(runLoader);
    const historyBuild = await timed(build);
    const hours: MeasuredHour[] = [];
    for (let hour = 1; hour <= measuredHours; hour++) {
      await filler.fillUntil(historyEnd + hour * hourMs);
      settleDisk();
      const loaded = await timed(runLoader);
      settleDisk();
      const built = await timed(build);
      hours.push({
        rows: loaded.result.rows,
        loadSeconds: loaded.seconds,
        loadCpuSeconds: loaded.cpuSeconds,
        buildSeconds: built.seconds,
        buildCpuSeconds: built.result,
      });
    }
    const result: WarehouseCase = {
      name: `${historyHours} hours of history`,
      historyHours,
      measuredHours,
      rowsPerHour: median(hours, 'rows'),
      historyLoadRowsPerSecond: Math.round(history.result.rows / history.seconds),
      historyBuildSeconds: historyBuild.seconds,
      hourLoadSeconds: median(hours, 'loadSeconds'),
      hourLoadRowsPerSecond: Math.round(median(hours, 'rows') / median(hours, 'loadSeconds')),
      hourBuildSeconds: median(hours, 'buildSeconds'),
      hourLoadCpuSeconds: median(hours, 'loadCpuSeconds'),
      hourBuildCpuSeconds: median(hours, 'buildCpuSeconds'),
    };
    const each = (figure: keyof MeasuredHour) => hours.map((hour) => hour[figure].toFixed(1)).join(' ');
    console.log(
      `${result.name.padEnd(22)} one more: load ${each('loadSeconds')} s (${result.hourLoadRowsPerSecond} rows/s), ` +
        `build ${each('buildSeconds')} s (processors ${each('loadCpuSeconds')} and ${each('buildCpuSeconds')} s); ` +
        `the history: load ${history.seconds.toFixed(1)} s (${result.historyLoadRowsPerSecond} rows/s), ` +
        `build ${historyBuild.seconds.toFixed(1)} s`,
    );
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
  const cases: WarehouseCase[] = [];
  for (const hours of lengths) cases.push(await measure(hours, Math.max(...lengths), Number(values.events)));
  const last = cases.at(-1);
  const before = cases.at(-2);
  const ratios: Record<string, number> = {};
  if (last && before) {
    ratios[`hourLoad${last.historyHours}To${before.historyHours}`] =
      last.hourLoadSeconds / before.hourLoadSeconds;
    ratios[`hourBuild${last.historyHours}To${before.historyHours}`] =
      last.hourBuildSeconds / before.hourBuildSeconds;
    ratios[`hourLoadCpu${last.historyHours}To${before.historyHours}`] =
      last.hourLoadCpuSeconds / before.hourLoadCpuSeconds;
    ratios[`hourBuildCpu${last.historyHours}To${before.historyHours}`] =
      last.hourBuildCpuSeconds / before.hourBuildCpuSeconds;
  }
  const result: BenchResult = { bench: 'warehouse', cases, ratios };
  console.log(JSON.stringify(result));
  return result;
}
