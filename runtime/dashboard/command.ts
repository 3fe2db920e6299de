import { once } from 'node:events';
import { Command } from 'commander';
import { openStore } from '../lake/open-store.ts';
import { describeVariables, readConfig } from '../program/config.ts';
import { type ProgramContext, reportToParent, runProgram } from '../program/run.ts';
import { openMartsAt } from '../warehouse/marts/open.ts';
import { loadPage } from './build/assets.ts';
import { dashboardVariables } from './config.ts';
import { LiveFeed } from './live/live-feed.ts';
import { startServer } from './server.ts';

/** What the dashboard reports to a parent process once it can be opened. */
export interface ListeningReport {
  readonly type: 'listening';
  readonly url: string;
}

async function serve({ logger, stop }: ProgramContext): Promise<void> {
  const config = readConfig(dashboardVariables, process.env);
  const [marts, assets] = await Promise.all([openMartsAt(config.marts, logger), loadPage()]);
  const live = new LiveFeed(config.lake === undefined ? undefined : openStore(config.lake), logger);
  try {
    const server = await startServer({ host: config.host, port: config.port, marts, live, assets, logger });
    logger.info({ url: server.url }, 'dashboard served');
    reportToParent({ type: 'listening', url: server.url } satisfies ListeningReport);
    if (!stop.aborted) await once(stop, 'abort');
    await server.close();
  } finally {
    live.close();
    await marts.close();
  }
}

/** `beatflow dashboard`: serves the page until it is told to stop. */
export function dashboardCommand(): Command {
  return new Command('dashboard')
    .description('serve the page with the charts')
    .addHelpText('after', `\nVariables:\n${describeVariables(dashboardVariables)}`)
    .action(() => runProgram('dashboard', serve));
}
