import { Command, InvalidArgumentError, Option } from 'commander';
import { hourMs } from '../contract/durations.ts';
import { parseHour } from '../lake/paths.ts';
import { describeVariables } from '../program/config.ts';
import { runProgram } from '../program/run.ts';
import type { HourRange } from '../warehouse/raw/warehouse.ts';
import { loaderVariables, readLoaderConfig } from './config.ts';
import { plan, runCheck, runLoader, runReferenceLoad } from './main.ts';

function hour(value: string): number {
  const parsed = /^\d{4}-\d\d-\d\dT\d\d$/.test(value) ? parseHour(value) : Number.NaN;
  if (Number.isNaN(parsed)) throw new InvalidArgumentError('Expected an hour in UTC, such as 2026-11-20T05.');
  return parsed;
}

interface Options {
  readonly hour?: number;
  readonly since?: number;
  readonly until?: number;
  readonly dryRun?: boolean;
  readonly check?: boolean;
  readonly referenceData?: boolean;
}

function rangeOf(options: Options): HourRange | undefined {
  if (options.hour !== undefined) return { since: options.hour, until: options.hour + hourMs };
  if (options.since === undefined && options.until === undefined) return undefined;
  return {
    ...(options.since === undefined ? {} : { since: options.since }),
    ...(options.until === undefined ? {} : { until: options.until }),
  };
}

/** `beatflow load`. */
export function loadCommand(): Command {
  return new Command('load')
    .description('Load what the lake has new into the warehouse, hour by hour; safe to repeat.')
    .option('--hour <hour>', 'load this hour again, changed or not, such as 2026-11-20T05 (UTC)', hour)
    .option('--since <hour>', 'load again all hours from this one on', hour)
    .option('--until <hour>', 'with or without --since: only hours before this one', hour)
    .option(
      '--dry-run',
      'print what would be loaded, a line of JSON for each hour and reference table, and load nothing',
    )
    .addOption(
      new Option(
        '--check',
        'compare the warehouse with the lake and load nothing; exit 2 when they differ',
      ).conflicts('dryRun'),
    )
    .addOption(
      new Option('--reference-data', 'load only the reference data, all of it, changed or not').conflicts([
        'check',
        'dryRun',
        'hour',
        'since',
        'until',
      ]),
    )
    .addHelpText('after', `\nEnvironment:\n${describeVariables(loaderVariables)}`)
    .action((options: Options) =>
      runProgram('loader', async (context) => {
        const config = readLoaderConfig(process.env);
        const range = rangeOf(options);
        if (options.check) return runCheck(config, context, range);
        if (options.referenceData) return runReferenceLoad(config, context);
        if (!options.dryRun) {
          await runLoader(config, context, range);
          return;
        }
        for (const planned of await plan(config, context, range)) {
          process.stdout.write(`${JSON.stringify(planned)}\n`);
        }
      }),
    );
}
