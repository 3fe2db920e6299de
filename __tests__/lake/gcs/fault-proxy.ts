import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with one request. */
export type Fault =
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** The connection is cut before the server gets the request. */
  | { readonly kind: 'reset before' }
  /** The server has done it, the answer is lost. */
  | { readonly kind: 'reset after' }
  /** Half of the answer's body, then the connection is cut. */
  | { readonly kind: 'truncated' }
  | { readonly kind: 'slow'; readonly ms: number };

/** A proxy in front of a server that does its next requests as told. */
export class FaultProxy {
  readonly #server = createServer((request, response) => {
    // A client that was killed in the middle of a request has nobody to answer to.
    this.#handle(request, response).catch(() => request.socket.destroy());
  });
  #upstream = 0;
  /** What becomes of the next requests, in order; those after are left alone. */
  readonly faults: Fault[] = [];
  /** What becomes of a request for which there is none in {@link faults}; undefined leaves it alone. */
  chance: () => Fault | undefined = () => undefined;
  /** Method and path of the requests that came, without the query. */
  readonly requests: string[] = [];
  /** Authorization headers, in order. */
  readonly authorizations: (string | undefined)[] = [];

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this.port;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  forwardTo(port: number): void {
    this.#upstream = port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push(`${request.method} ${request.url?.split('?')[0]}`);
    this.authorizations.push(request.headers.authorization);
    const body: Buffer[] = [];
    for await (const chunk of request) body.push(chunk as Buffer);
    const fault = this.faults.shift() ?? this.chance();
    if (fault?.kind === 'status') {
      const { status, headers = {} } = fault;
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify({ error: { code: status, message: 'injected' } }));
      return;
    }
    if (fault?.kind === 'reset before') {
      request.socket.destroy();
      return;
    }
    if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms));
    const { method, url = '', headers } = request;
    // A client that is told of the emulator by STORAGE_EMULATOR_HOST leaves out where the API begins.
    const path = url.startsWith('/b/') ? `/storage/v1${url}` : url;
    const upstream = forward({ host: '127.0.0.1', port: this.#upstream, method, path, headers });
    upstream.on('error', () => request.socket.destroy());
    upstream.end(Buffer.concat(body));
    const [answer] = (await once(upstream, 'response')) as [IncomingMessage];
    const parts: Buffer[] = [];
    for await (const chunk of answer) parts.push(chunk as Buffer);
    const content = Buffer.concat(parts);
    if (fault?.kind === 'reset after') {
      request.socket.destroy();
      return;
    }
    const { 'transfer-encoding': _, ...kept } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, { ...kept, 'content-length': String(content.length) });
    if (fault?.kind === 'truncated') {
      response.write(content.subarray(0, content.length >> 1), () => request.socket.destroy());
      return;
    }
    response.end(content);
  }
}
