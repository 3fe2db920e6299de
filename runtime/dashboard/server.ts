import helmet from '@fastify/helmet';
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
} from 'fastify';
import { SetupError } from '../program/errors.ts';
import type { Logger } from '../program/logger.ts';
import { MartsUnavailable, type MartsWarehouse } from '../warehouse/marts/marts.ts';
import { Problem } from './api/problem.ts';
import { registerApi } from './api/routes.ts';
import { martsFault } from './api/status.ts';
import type { PageAssets } from './build/assets.ts';
import type { LiveFeed } from './live/live-feed.ts';
import { maxPathPart, pagePaths } from './shared/page-paths.ts';

/** What the server serves, and where. */
interface ServerProps {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly marts: MartsWarehouse;
  readonly live: LiveFeed;
  readonly assets: PageAssets;
  readonly logger: Logger;
}

/** A server that listens. */
interface DashboardServer {
  readonly url: string;
  /** Every path that it answers to, as a pattern. */
  readonly routes: readonly string[];
  /** Ends open streams and stops listening. */
  close(): Promise<void>;
}

/** No request leaves the page's own origin, and no script or style runs that is not one of its files. */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'blob:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

const noData = 'No data yet: the first batch is on its way.';

function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (error instanceof MartsUnavailable) {
    return new Problem(503, error.code, error.code === 'no_data' ? noData : error.message);
  }
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  if (status >= 400 && status < 500) return new Problem(status, 'bad_request', 'The request is not valid.');
  return undefined;
}

function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.status === 503) reply.header('retry-after', '5');
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem.body()));
}

function registerPage(app: FastifyInstance, { html, files }: PageAssets): void {
  app.get<{ Params: { file: string } }>('/assets/:file', (request, reply) => {
    const asset = files.get(request.params.file);
    if (!asset) throw new Problem(404, 'not_found', 'There is no such file.');
    const accepted = request.headers['accept-encoding'] ?? '';
    reply
      .type(asset.type)
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('vary', 'accept-encoding');
    if (/\bbr\b/.test(accepted)) return reply.header('content-encoding', 'br').send(asset.brotli);
    if (/\bgzip\b/.test(accepted)) return reply.header('content-encoding', 'gzip').send(asset.gzip);
    return reply.send(asset.body);
  });
  const page = (_request: FastifyRequest, reply: FastifyReply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html);
  for (const path of Object.values(pagePaths)) app.get(path, page);
}

function registerHealth(app: FastifyInstance, marts: MartsWarehouse): void {
  app.get('/livez', (_request, reply) => reply.type('text/plain').send('ok\n'));
  app.get('/readyz', (_request, reply) =>
    marts.fault === undefined
      ? reply.type('text/plain').send('ok\n')
      : reply.code(503).type('text/plain').send(`${martsFault}\n`),
  );
}

async function listen(app: FastifyInstance, { host, port }: ServerProps): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new SetupError(
      'port_taken',
      `port ${port} on ${host} is taken: stop what listens there, or set BEATFLOW_DASHBOARD_PORT to another port (0 takes a free one)`,
      { cause },
    );
  }
}

/** Starts the dashboard's server. @throws SetupError `port_taken`. */
export async function startServer(props: ServerProps): Promise<DashboardServer> {
  const app: FastifyInstance = fastify({
    loggerInstance: props.logger.child({}, { level: 'warn' }) as FastifyBaseLogger,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: maxPathPart },
  });
  await app.register(helmet, { contentSecurityPolicy, strictTransportSecurity: false });
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem) return sendProblem(reply, problem);
    request.log.error({ error, url: request.url }, 'a request failed');
    return sendProblem(reply, new Problem(500, 'internal', 'Something went wrong here; it is in the log.'));
  });
  app.setNotFoundHandler((_request, reply) =>
    sendProblem(reply, new Problem(404, 'not_found', 'There is nothing at this address.')),
  );
  const routes: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    if (method === 'GET') routes.push(url);
  });
  registerHealth(app, props.marts);
  registerApi(app, { ...props, build: props.assets.build });
  registerPage(app, props.assets);
  const url = await listen(app, props);
  return { url, routes, close: () => app.close() };
}
