import { Command } from 'commander';
import { describeVariables, readConfig, text, variable } from '../../program/config.ts';
import { runProgram } from '../../program/run.ts';
import { duckDbVariables } from '../config.ts';
import { publishMarts } from './publish.ts';

const publishVariables = {
  duckDbPath: duckDbVariables.duckDbPath,
  marts: variable('BEATFLOW_MARTS', 'Folder that gets the published version.', text.nonEmpty()),
};

/** `beatflow publish`: makes the marts in a DuckDB file the version that dashboards read. */
export function publishCommand(): Command {
  return new Command('publish')
    .description('Publish the marts of a DuckDB file for the dashboard, as an immutable version.')
    .addHelpText('after', `\nEnvironment:\n${describeVariables(publishVariables)}`)
    .action(() =>
      runProgram('publisher', async ({ logger }) => {
        const { duckDbPath, marts } = readConfig(publishVariables, process.env);
        const pointer = await publishMarts({ database: duckDbPath, marts });
        logger.info(
          { version: pointer.version, marts: Object.keys(pointer.marts).length },
          'marts published',
        );
      }),
    );
}
