import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Google's metadata, storage and secret servers as one strict server on loopback. */
export interface GoogleStub {
  readonly address: string;
  /** Values of each secret, the newest last. */
  readonly secrets: Map<string, string[]>;
  /** Objects by `bucket/name`. */
  readonly objects: Map<string, Buffer>;
  /** What was asked and refused. */
  readonly refused: readonly string[];
  close(): void;
}

const accessToken = 'token-of-the-machine';

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Starts the server. It refuses a missing flavour, a wrong token and a path that it does not know. */
export async function startGoogle(project: string): Promise<GoogleStub> {
  const secrets = new Map<string, string[]>();
  const objects = new Map<string, Buffer>();
  const refused: string[] = [];

  async function answer(request: IncomingMessage): Promise<readonly [number, string | Buffer]> {
    const url = new URL(request.url ?? '', 'http://stub');
    const { pathname } = url;
    if (pathname === '/computeMetadata/v1/instance/service-accounts/default/token') {
      if (request.headers['metadata-flavor'] !== 'Google') return [403, 'no flavour'];
      return [200, `{"access_token":"${accessToken}","expires_in":3599,"token_type":"Bearer"}`];
    }
    if (request.headers.authorization !== `Bearer ${accessToken}`) return [401, 'wrong token'];
    const object = /^\/storage\/v1\/b\/([^/]+)\/o\/([^/]+)$/.exec(pathname);
    if (object && url.searchParams.get('alt') === 'media') {
      const content = objects.get(`${object[1]}/${decodeURIComponent(object[2] ?? '')}`);
      return content ? [200, content] : [404, 'no such object'];
    }
    const version = new RegExp(
      `^/v1/projects/${project}/secrets/([^/]+?)(/versions/latest:access|:addVersion)$`,
    ).exec(pathname);
    const values = secrets.get(version?.[1] ?? '');
    if (!version || !values) return [404, 'no such path'];
    if (version[2] === ':addVersion' && request.method === 'POST') {
      const { payload } = JSON.parse(await bodyOf(request)) as { payload: { data: string } };
      values.push(Buffer.from(payload.data, 'base64').toString());
      return [200, '{}'];
    }
    const newest = values.at(-1);
    if (newest === undefined) return [404, 'no version'];
    // Google's servers answer over several lines.
    return [
      200,
      JSON.stringify({ name: 'x', payload: { data: Buffer.from(newest).toString('base64') } }, null, 2),
    ];
  }

  const server = createServer((request, response) => {
    answer(request).then(([status, content]) => {
      if (status !== 200) refused.push(`${status} ${request.method} ${request.url}`);
      response.writeHead(status).end(content);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    secrets,
    objects,
    refused,
    close: () => server.closeAllConnections() ?? server.close(),
  };
}
