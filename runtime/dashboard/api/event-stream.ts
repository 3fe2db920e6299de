import type { ServerResponse } from 'node:http';

/** How often a comment is sent down an idle stream, so that proxies keep it open. */
const heartbeatMilliseconds = 15_000;

/** How long a browser waits before it connects again. */
const retryMilliseconds = 1_000;

/** Bytes that may wait for a slow reader before its stream is ended; it connects again and starts afresh. */
const maxWaitingBytes = 1 << 20;

/** One browser's stream of server-sent events. */
export class EventStream {
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  /** Sends an event; does nothing once the stream has ended. */
  send(event: string, data: unknown): void {
    this.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Sends text that is already framed. */
  write(text: string): void {
    if (this.#response.writableEnded) return;
    if (this.#response.writableLength > maxWaitingBytes) this.end();
    else this.#response.write(text);
  }

  /** Calls `listener` once when the browser goes or the stream ends. */
  onClose(listener: () => void): void {
    if (this.#response.destroyed) listener();
    else this.#response.once('close', listener);
  }

  end(): void {
    this.#response.end();
  }
}

/** The open event streams of this server. */
export class EventStreams {
  readonly #open = new Set<EventStream>();
  readonly #heartbeat: NodeJS.Timeout;

  constructor() {
    this.#heartbeat = setInterval(() => {
      for (const stream of this.#open) stream.write(': still here\n\n');
    }, heartbeatMilliseconds);
    this.#heartbeat.unref();
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Makes a response a stream, and forgets it when the browser goes. */
  open(response: ServerResponse, headers: Readonly<Record<string, string>>): EventStream {
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    const stream = new EventStream(response);
    stream.write(`retry: ${retryMilliseconds}\n\n`);
    this.#open.add(stream);
    response.on('error', () => stream.end());
    stream.onClose(() => this.#open.delete(stream));
    return stream;
  }

  /** Ends all streams; browsers will try to connect again. */
  close(): void {
    clearInterval(this.#heartbeat);
    for (const stream of this.#open) stream.end();
    this.#open.clear();
  }
}
