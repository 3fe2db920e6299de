import type { FastifyBaseLogger } from 'fastify';
import { fastify } from 'fastify';
import { registerApi } from '../../runtime/dashboard/api/routes.ts';
import { LiveFeed } from '../../runtime/dashboard/live/live-feed.ts';
import { createLogger } from '../../runtime/program/logger.ts';
import type { MartsVersion, MartsWarehouse } from '../../runtime/warehouse/marts/marts.ts';
import type { MartsPointer } from '../../runtime/warehouse/marts/pointer.ts';

const logger = createLogger('test', { write: () => undefined });
const pointerOf = (second: number): MartsPointer => ({
  version: `20260301T00000${second}Z-abcd`,
  publishedAt: `2026-03-01T00:00:0${second}.000Z`,
  marts: {},
});

/** Marts of which a second version is published while the first is read for the first time. */
class MovingMarts implements MartsWarehouse {
  pointer = pointerOf(1);
  readonly fault = undefined;
  readonly #listeners = new Set<(pointer: MartsPointer) => void>();

  async read<T>(work: (version: MartsVersion) => Promise<T>): Promise<T> {
    const { pointer } = this;
    const query = async () => {
      if (this.pointer.version === pointer.version && pointer.version === pointerOf(1).version) {
        this.pointer = pointerOf(2);
        for (const listener of this.#listeners) listener(this.pointer);
      }
      return [];
    };
    return work({ pointer, query });
  }

  onChange(listener: (pointer: MartsPointer) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {}
}

test('a version that is published while the status is asked for is told by the stream', async () => {
  const app = fastify({
    loggerInstance: logger as unknown as FastifyBaseLogger,
    forceCloseConnections: true,
  });
  registerApi(app, { marts: new MovingMarts(), live: new LiveFeed(undefined, logger), build: 'b' });
  try {
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const response = await fetch(`${url}/api/events`, { signal: AbortSignal.timeout(120_000) });
    const seen: string[] = [];
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += new TextDecoder().decode(chunk as Uint8Array);
      seen.splice(
        0,
        seen.length,
        ...[...text.matchAll(/"version":"([^"]+)"/g)].map(([, version]) => String(version)),
      );
      if (seen.includes(pointerOf(2).version)) break;
    }
    expect(seen).toEqual([pointerOf(1).version, pointerOf(2).version]);
  } finally {
    await app.close();
  }
});
