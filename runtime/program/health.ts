import { createServer, type Server } from 'node:http';
import type { Registry } from 'prom-client';
import type { Logger } from './logger.ts';

/** An answer to a health question; `reason` says what is wrong. */
export type Health = { readonly healthy: true } | { readonly healthy: false; readonly reason: string };

/** What a program says of itself to its surroundings. */
interface HealthProps {
  /** 0 lets the system pick a free port. */
  readonly port: number;
  readonly host: string;
  readonly registry: Registry;
  readonly logger: Logger;
  /** Whether the process must be replaced; everything a restart cannot mend stays out of it. */
  readonly live: () => Health;
  /** Whether work is moving. */
  readonly ready: () => Health;
}

/** Serves `/livez`, `/readyz` and `/metrics`; resolves with the server once it listens. */
export async function serveHealth(props: HealthProps): Promise<Server> {
  const server = createServer(async (request, response) => {
    const answer = (status: number, type: string, body: string) =>
      response.writeHead(status, { 'content-type': type }).end(body);
    const health = (state: Health) =>
      state.healthy ? answer(200, 'text/plain', 'ok\n') : answer(503, 'text/plain', `${state.reason}\n`);
    switch (request.url) {
      case '/livez':
        return health(props.live());
      case '/readyz':
        return health(props.ready());
      case '/metrics':
        return answer(200, props.registry.contentType, await props.registry.metrics());
      default:
        return answer(404, 'text/plain', 'not found\n');
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(props.port, props.host, resolve);
  });
  props.logger.info({ address: server.address() }, 'health served');
  return server;
}
