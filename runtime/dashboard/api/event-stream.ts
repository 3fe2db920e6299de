import type { ServerResponse } from 'node:http';

/** How often a comment is sent down an idle stream, so that proxies keep it open. */
const heartbeatMilliseconds = 15_000;

/** How long a browser waits before it connects again. */
const retryMilliseconds = 1_000;

/** The open server-sent event streams of this server. */
export class EventStreams {
  readonly #open = new Set<ServerResponse>();
  readonly #heartbeat: NodeJS.Timeout;

  constructor() {
    this.#heartbeat = setInterval(() => this.#write(': still here\n\n'), heartbeatMilliseconds);
    this.#heartbeat.unref();
  }

  /** Streams open now. */
  get size(): number {
    return this.#open.size;
  }

  /** Makes a response a stream, and forgets it when the browser goes. */
  add(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.write(`retry: ${retryMilliseconds}\n\n`);
    this.#open.add(response);
    response.once('close', () => this.#open.delete(response));
    response.on('error', () => this.#open.delete(response));
  }

  /** Sends an event to one stream. */
  send(response: ServerResponse, event: string, data: unknown): void {
    if (!response.writableEnded) response.write(frame(event, data));
  }

  /** Sends an event to every stream. */
  broadcast(event: string, data: unknown): void {
    this.#write(frame(event, data));
  }

  /** Ends all streams; browsers will try to connect again. */
  close(): void {
    clearInterval(this.#heartbeat);
    for (const response of this.#open) response.end();
    this.#open.clear();
  }

  #write(text: string): void {
    for (const response of this.#open) response.write(text);
  }
}

function frame(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
