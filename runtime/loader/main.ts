import { hostname } from 'node:os';
import { type SignalLine, signals } from '../contract/signals.ts';
import { takeLease } from '../lake/lease.ts';
import { openStore } from '../lake/open-store.ts';
import { SetupError } from '../program/errors.ts';
import { type ProgramContext, reportToParent } from '../program/run.ts';
import type { HourRange } from '../warehouse/warehouse.ts';
import type { LoaderConfig } from './config.ts';
import { type LoadSummary, load } from './load.ts';
import { openWarehouse } from './open-warehouse.ts';
import { type PlannedHour, planLoad } from './plan.ts';

/** How long a loader of a BigQuery warehouse may keep others away, milliseconds. */
const leaseMs = 60 * 60_000;
/** Hours named in full in the error that ends a run; the log has all of them. */
const namedHours = 10;

function describeRefused({ refused, hours }: LoadSummary): string {
  const named = refused
    .slice(0, namedHours)
    .map(({ topic, hour, reason }) => `\n  ${topic} ${hour}: ${reason}`);
  const more = refused.length > namedHours ? `\n  and ${refused.length - namedHours} more, in the log` : '';
  return `${refused.length} hours were refused, the other ${hours} are loaded:${named.join('')}${more}`;
}

/** What a run would load; nothing is written. */
export async function plan(
  config: LoaderConfig,
  { log }: ProgramContext,
  range: HourRange | undefined,
): Promise<readonly PlannedHour[]> {
  const warehouse = await openWarehouse(config, log);
  try {
    return await planLoad(openStore(config.lake), warehouse, range);
  } finally {
    await warehouse.close();
  }
}

/**
 * Runs the loader once. A DuckDB file lets one loader in by itself; for BigQuery the right to load is a lease in the
 * lake.
 * @throws SetupError `load_mismatch` when hours were refused; the others are loaded.
 */
export async function runLoader(
  config: LoaderConfig,
  { log }: ProgramContext,
  range: HourRange | undefined,
): Promise<LoadSummary> {
  const store = openStore(config.lake);
  const holder = `${hostname()}-${process.pid}`;
  const lease =
    config.kind === 'bigquery'
      ? await takeLease({ task: 'loading', store, holder, durationMs: leaseMs, clock: Date.now })
      : undefined;
  try {
    const warehouse = await openWarehouse(config, log);
    try {
      const summary = await load({
        store,
        warehouse,
        range,
        maxHours: config.kind === 'bigquery' ? config.maxHours : Number.POSITIVE_INFINITY,
        log,
        mayGoOn: () => lease?.check(),
        progress: (done, total) => reportToParent({ type: 'progress', done, total }),
      });
      const line: SignalLine<'load'> = {
        signal: signals.load.name,
        rows: summary.rows,
        refusedHours: summary.refused.length,
      };
      log.info({ ...line, summary }, 'loaded');
      reportToParent({ type: 'summary', summary });
      if (summary.refused.length > 0) throw new SetupError('load_mismatch', describeRefused(summary));
      return summary;
    } finally {
      await warehouse.close();
    }
  } finally {
    await lease?.release();
  }
}
