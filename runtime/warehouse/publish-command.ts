import { Command } from 'commander';
import { runProgram } from '../program/run.ts';
import { publishMarts } from './publish-marts.ts';

/** `beatflow publish`: makes the marts in a DuckDB file the version that dashboards read. */
export function publishCommand(): Command {
  return new Command('publish')
    .description('publish the marts of a DuckDB file for the dashboard')
    .requiredOption('--database <file>', 'DuckDB file with the schema marts')
    .requiredOption('--marts <folder>', 'folder that gets the published version')
    .action(({ database, marts }: { database: string; marts: string }) =>
      runProgram('publish', async ({ log }) => {
        const pointer = await publishMarts({ database, marts });
        log.info({ version: pointer.version, marts: Object.keys(pointer.marts).length }, 'marts published');
      }),
    );
}
