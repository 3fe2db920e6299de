import { randomBytes } from 'node:crypto';
import { dayMs } from '../contract/durations.ts';
import type { ObjectStore } from '../lake/object-store.ts';
import { formatHour } from '../lake/paths.ts';
import { errorMessage } from '../program/errors.ts';
import type { Logger } from '../program/logger.ts';
import type { HourOfTopic, HourRange, Warehouse } from '../warehouse/raw/warehouse.ts';
import { HourInspector } from './hour-inspector.ts';
import { type LoadLimits, withinLimits } from './limits.ts';
import { loadReferenceTables, type ReferenceRows } from './load-reference.ts';
import { registerCommits } from './register-commits.ts';

/** Bounds of what is replaced in one transaction: hours of one topic, and rows unless one hour has more. */
const transactionLimits = { hours: 96, rows: 1_000_000 };

/** What a run of the loader did. */
export interface LoadSummary {
  readonly run: string;
  /** Commit records seen for the first time. */
  readonly commits: number;
  /** Hours of topics loaded. */
  readonly hours: number;
  readonly files: number;
  readonly rows: number;
  /** Rows of each reference table of which the lake had something new; 0 for the others. */
  readonly reference: ReferenceRows;
  /** Hours that are due and were left to a later run by the limits, of which the log says more. */
  readonly left: number;
  /** Hours that were refused, each with its reason; they stay dirty and are tried again by the next run. */
  readonly refused: readonly { readonly topic: string; readonly hour: string; readonly reason: string }[];
}

interface LoadProps extends LoadLimits {
  readonly store: ObjectStore;
  readonly warehouse: Warehouse;
  /** Hours to load whether they changed or not; undefined: those that changed since they were last loaded. */
  readonly range: HourRange | undefined;
  readonly logger: Logger;
  /** Called before each transaction; throws when this run must not go on. */
  readonly mayGoOn?: () => void;
  /** Called after each transaction with the hours done so far and in all. */
  readonly progress: (done: number, total: number) => void;
}

/** Cuts hours into batches of one topic within {@link transactionLimits}. */
function batchesByTopic(hours: readonly HourOfTopic[]): HourOfTopic[][] {
  const batches: HourOfTopic[][] = [];
  for (const ofTopic of Map.groupBy(hours, ({ topic }) => topic).values()) {
    let batch: HourOfTopic[] = [];
    let batchRows = 0;
    for (const hour of ofTopic) {
      const rows = hour.files.reduce((sum, file) => sum + file.records, 0);
      const full = batch.length === transactionLimits.hours || batchRows + rows > transactionLimits.rows;
      if (batch.length === 0 || full) {
        batch = [];
        batchRows = 0;
        batches.push(batch);
      }
      batch.push(hour);
      batchRows += rows;
    }
  }
  return batches;
}

/**
 * Brings the warehouse up to what the lake's commit records name: every hour that new records touch is replaced
 * whole. An hour with a file that is damaged, unknown or cannot be read is refused and the others load. Reference data comes last: it is
 * what no event waits for.
 */
export async function load(props: LoadProps): Promise<LoadSummary> {
  const { store, warehouse, range, logger } = props;
  const run = `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`;
  const commits = await registerCommits(store, warehouse);
  const all = range ? await warehouse.hoursBetween(range) : await warehouse.dirtyHours();
  const { due, left } = withinLimits(all, props, await warehouse.loadsSince(Date.now() - dayMs));
  for (const ofTopic of left) logger.warn(ofTopic, 'hours left to a later run');
  const refused: { topic: string; hour: string; reason: string }[] = [];
  const refuse = ({ topic, hour }: HourOfTopic, reason: string) => {
    refused.push({ topic, hour: formatHour(hour), reason });
    logger.error({ topic, hour: formatHour(hour), reason }, 'hour refused');
  };
  const inspector = new HourInspector(store);
  let done = 0;
  let files = 0;
  let rows = 0;
  const replace = async (hours: readonly HourOfTopic[]) => {
    for (const audit of await warehouse.replaceHours(hours, run)) {
      files += audit.files;
      rows += audit.rows;
    }
  };
  for (const batch of batchesByTopic(due)) {
    props.mayGoOn?.();
    const sound: HourOfTopic[] = [];
    const faults = await Promise.all(batch.map((hour) => inspector.faultOf(hour)));
    for (const [index, hour] of batch.entries()) {
      const fault = faults[index];
      if (fault) refuse(hour, fault);
      else sound.push(hour);
    }
    try {
      await replace(sound);
    } catch (error) {
      // One hour of the batch spoils its transaction: find it, and let the others load.
      logger.warn({ reason: errorMessage(error) }, 'a batch of hours failed; loading each by itself');
      for (const hour of sound) await replace([hour]).catch((fault) => refuse(hour, errorMessage(fault)));
    }
    done += batch.length;
    props.progress(done, due.length);
  }
  props.mayGoOn?.();
  const reference = await loadReferenceTables(store, warehouse);
  return {
    run,
    commits,
    hours: due.length - refused.length,
    files,
    rows,
    reference,
    left: all.length - due.length,
    refused,
  };
}
