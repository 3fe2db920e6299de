import { loadPage, type PageAssets } from '../../runtime/dashboard/build/assets.ts';
import { LiveFeed } from '../../runtime/dashboard/live/live-feed.ts';
import { startServer } from '../../runtime/dashboard/server.ts';
import { openStore } from '../../runtime/lake/open-store.ts';
import { createLogger } from '../../runtime/program/logger.ts';
import { openMarts } from '../../runtime/warehouse/marts/store.ts';

let assets: Promise<PageAssets> | undefined;

/** A running dashboard. */
export interface TestServer {
  readonly url: string;
  /** Every path it answers to. */
  readonly routes: readonly string[];
  /** What it logged as warnings or worse, as JSON lines. */
  readonly complaints: string[];
  stop(): Promise<void>;
}

/** Starts the real server on a free port, or on one that an earlier server had. */
export async function startTestServer(
  marts: string,
  { port = 0, lake, build }: { port?: number; lake?: string; build?: string } = {},
): Promise<TestServer> {
  const complaints: string[] = [];
  const logger = createLogger('dashboard', {
    write: (line) => {
      if (/"severity":"(WARNING|ERROR|CRITICAL)"/.test(line)) complaints.push(line);
    },
  });
  assets ??= loadPage();
  const opened = await openMarts({ marts, logger, pollMilliseconds: 50 });
  const live = new LiveFeed(lake === undefined ? undefined : openStore(lake), logger);
  const server = await startServer({
    host: '127.0.0.1',
    port,
    marts: opened,
    live,
    assets: { ...(await assets), ...(build === undefined ? {} : { build }) },
    logger,
  });
  return {
    url: server.url,
    routes: server.routes,
    complaints,
    async stop() {
      await server.close();
      live.close();
      await opened.close();
    },
  };
}
