/** Fifty clients that ask one after the other, each over a connection that is open before the clock runs. */
import { Agent, request } from 'node:http';

/** Times of the requests of one route. */
export interface LoadFigures {
  readonly requests: number;
  readonly p50Milliseconds: number;
  readonly p95Milliseconds: number;
  readonly p99Milliseconds: number;
}

/** The value below which `share` of the sorted values lie. */
export const percentile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** Clients of one server that keep their connections. */
export class Clients {
  readonly #url: URL;
  readonly #count: number;
  readonly #agent: Agent;

  constructor(url: string, count: number) {
    this.#url = new URL(url);
    this.#count = count;
    this.#agent = new Agent({ keepAlive: true, maxSockets: count, maxFreeSockets: count });
  }

  /** Asks for all paths, in order, as many at once as there are clients. @throws when an answer is not 200. */
  async ask(paths: readonly string[]): Promise<LoadFigures> {
    await this.#connect();
    const times: number[] = [];
    const queue = paths[Symbol.iterator]();
    const client = async () => {
      for (const path of queue) times.push(await this.#get(path));
    };
    await Promise.all(Array.from({ length: this.#count }, client));
    times.sort((a, b) => a - b);
    return {
      requests: times.length,
      p50Milliseconds: percentile(times, 0.5),
      p95Milliseconds: percentile(times, 0.95),
      p99Milliseconds: percentile(times, 0.99),
    };
  }

  close(): void {
    this.#agent.destroy();
  }

  /** A connection for each client: the server ends those that were idle for long. */
  async #connect(): Promise<void> {
    await Promise.all(Array.from({ length: this.#count }, () => this.#get('/livez')));
  }

  #get(path: string): Promise<number> {
    const { hostname, port } = this.#url;
    return new Promise((resolve, reject) => {
      const started = performance.now();
      const headers = { 'accept-encoding': 'gzip' };
      request({ hostname, port, path, agent: this.#agent, headers }, (response) => {
        response.resume();
        response.on('end', () => {
          if (response.statusCode === 200) resolve(performance.now() - started);
          else reject(new Error(`${path} answered ${response.statusCode}`));
        });
      })
        .on('error', reject)
        .end();
    });
  }
}
