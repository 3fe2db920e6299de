import { hostname } from 'node:os';
import { type SignalLine, signals } from '../contract/signals.ts';
import { takeLease } from '../lake/lease.ts';
import type { ObjectStore } from '../lake/object-store.ts';
import { openStore } from '../lake/open-store.ts';
import { SetupError } from '../program/errors.ts';
import { type ProgramContext, reportToParent } from '../program/run.ts';
import type { HourRange, Warehouse } from '../warehouse/raw/warehouse.ts';
import { checkWarehouse, faultOf } from './check.ts';
import type { LoaderConfig } from './config.ts';
import { bigQueryHoursPerDay, type LoadLimits } from './limits.ts';
import { type LoadSummary, load } from './load.ts';
import { loadReferenceTables } from './load-reference.ts';
import { openWarehouse } from './open-warehouse.ts';
import { type PlannedHour, type PlannedReference, planLoad, planReference } from './plan.ts';

/** What the loader gets from its surroundings. */
interface LoaderContext extends ProgramContext {
  /** How the warehouse is opened. @default as the configuration says */
  readonly open?: typeof openWarehouse;
}

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

/** DuckDB has no quota. */
function limitsOf(config: LoaderConfig): LoadLimits {
  return config.kind === 'bigquery'
    ? { maxHours: config.maxHours, maxHoursPerDay: bigQueryHoursPerDay }
    : { maxHours: Number.POSITIVE_INFINITY };
}

/** What a run would load; nothing is written. */
export async function plan(
  config: LoaderConfig,
  { logger, open = openWarehouse }: LoaderContext,
  range: HourRange | undefined,
): Promise<readonly (PlannedHour | PlannedReference)[]> {
  const warehouse = await open(config, logger, { toRead: true });
  const store = openStore(config.lake);
  try {
    const { hours, left } = await planLoad(store, warehouse, { range, ...limitsOf(config) });
    for (const ofTopic of left) logger.info(ofTopic, 'hours left to a later run');
    return [...hours, ...(await planReference(store, warehouse))];
  } finally {
    await warehouse.close();
  }
}

/** Calls `use` with the warehouse, and with the right to load; a DuckDB file lets one loader in by itself. */
async function asLoader<T>(
  config: LoaderConfig,
  { logger, open = openWarehouse }: LoaderContext,
  use: (props: {
    readonly store: ObjectStore;
    readonly warehouse: Warehouse;
    readonly mayGoOn: () => void;
  }) => Promise<T>,
): Promise<T> {
  const store = openStore(config.lake);
  const holder = `${hostname()}-${process.pid}`;
  const lease =
    config.kind === 'bigquery'
      ? await takeLease({ task: 'loading', store, holder, durationMs: leaseMs, clock: Date.now })
      : undefined;
  try {
    const warehouse = await open(config, logger);
    try {
      return await use({ store, warehouse, mayGoOn: () => lease?.check() });
    } finally {
      await warehouse.close();
    }
  } finally {
    await lease?.release();
  }
}

/**
 * Runs the loader once. For BigQuery the right to load is a lease in the lake.
 * @throws SetupError `load_mismatch` when hours were refused; the others are loaded.
 */
export async function runLoader(
  config: LoaderConfig,
  context: LoaderContext,
  range: HourRange | undefined,
): Promise<LoadSummary> {
  const { logger } = context;
  return asLoader(config, context, async (props) => {
    const summary = await load({
      ...props,
      range,
      ...limitsOf(config),
      logger,
      progress: (done, total) => reportToParent({ type: 'progress', done, total }),
    });
    const line: SignalLine<'load'> = {
      signal: signals.load.name,
      rows: summary.rows,
      refusedHours: summary.refused.length,
    };
    logger.info({ ...line, summary }, 'loaded');
    reportToParent({ type: 'summary', summary });
    if (summary.refused.length > 0) throw new SetupError('load_mismatch', describeRefused(summary));
    return summary;
  });
}

/** Replaces the reference tables by all that the lake has of them, changed or not. */
export async function runReferenceLoad(config: LoaderConfig, context: LoaderContext): Promise<void> {
  const reference = await asLoader(config, context, ({ store, warehouse }) =>
    loadReferenceTables(store, warehouse, { always: true }),
  );
  context.logger.info({ reference }, 'reference data loaded');
}

/**
 * Compares the warehouse with the lake; changes nothing.
 * @throws SetupError `load_mismatch` naming what differs
 */
export async function runCheck(
  config: LoaderConfig,
  { logger, open = openWarehouse }: LoaderContext,
  range: HourRange | undefined,
): Promise<void> {
  const warehouse = await open(config, logger, { toRead: true });
  try {
    const report = await checkWarehouse({
      store: openStore(config.lake),
      warehouse,
      range,
      clock: Date.now,
    });
    logger.info({ report }, 'checked');
    const fault = faultOf(report);
    if (fault) throw new SetupError('load_mismatch', fault);
  } finally {
    await warehouse.close();
  }
}
