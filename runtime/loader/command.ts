import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError } from 'commander';
import { openStore } from '../lake/open-store.ts';
import { hourMs, parseHour } from '../lake/paths.ts';
import { describeVariables, readConfig } from '../program/config.ts';
import { SetupError } from '../program/errors.ts';
import { reportToParent, runProgram } from '../program/run.ts';
import { DuckDbWarehouse } from '../warehouse/duckdb-warehouse.ts';
import type { HourRange } from '../warehouse/warehouse.ts';
import { loaderVariables } from './config.ts';
import { type LoadSummary, load } from './load.ts';

function hour(value: string): number {
  const parsed = /^\d{4}-\d\d-\d\dT\d\d$/.test(value) ? parseHour(value) : Number.NaN;
  if (Number.isNaN(parsed)) throw new InvalidArgumentError('Expected an hour in UTC, such as 2026-11-20T05.');
  return parsed;
}

interface Options {
  readonly hour?: number;
  readonly since?: number;
  readonly until?: number;
}

function rangeOf(options: Options): HourRange | undefined {
  if (options.hour !== undefined) return { since: options.hour, until: options.hour + hourMs };
  if (options.since === undefined && options.until === undefined) return undefined;
  return {
    ...(options.since === undefined ? {} : { since: options.since }),
    ...(options.until === undefined ? {} : { until: options.until }),
  };
}

/** Hours named in full in the error that ends a run; the log has all of them. */
const namedHours = 10;

function describeRefused({ refused, hours }: LoadSummary): string {
  const named = refused
    .slice(0, namedHours)
    .map(({ topic, hour: refusedHour, reason }) => `\n  ${topic} ${refusedHour}: ${reason}`);
  const more = refused.length > namedHours ? `\n  and ${refused.length - namedHours} more, in the log` : '';
  return `${refused.length} hours were refused, the other ${hours} are loaded:${named.join('')}${more}`;
}

/** `beatflow load`. */
export function loadCommand(): Command {
  return new Command('load')
    .description('Load what the lake has new into the warehouse, hour by hour; safe to repeat.')
    .option('--hour <hour>', 'load this hour again, changed or not, such as 2026-11-20T05 (UTC)', hour)
    .option('--since <hour>', 'load again all hours from this one on', hour)
    .option('--until <hour>', 'with or without --since: only hours before this one', hour)
    .addHelpText('after', `\nEnvironment:\n${describeVariables(loaderVariables)}`)
    .action((options: Options) =>
      runProgram('loader', async ({ log }) => {
        const config = readConfig(loaderVariables, process.env);
        const warehouse = await DuckDbWarehouse.open({
          path: config.duckDbPath,
          lakeFolder: config.lake.startsWith('file:') ? fileURLToPath(config.lake) : config.lake,
          avroExtension: config.avroExtension,
        });
        try {
          const summary = await load({
            store: openStore(config.lake),
            warehouse,
            range: rangeOf(options),
            log,
            progress: (done, total) => reportToParent({ type: 'progress', done, total }),
          });
          log.info({ summary }, 'loaded');
          reportToParent({ type: 'summary', summary });
          if (summary.refused.length > 0) {
            throw new SetupError('load_mismatch', describeRefused(summary));
          }
        } finally {
          await warehouse.close();
        }
      }),
    );
}
