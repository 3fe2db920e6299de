import type { FastifyBaseLogger } from 'fastify';
import { fastify } from 'fastify';
import { namesEntity } from '../../runtime/dashboard/api/entities.ts';
import { registerApi } from '../../runtime/dashboard/api/routes.ts';
import { LiveFeed } from '../../runtime/dashboard/live/live-feed.ts';
import { createLogger } from '../../runtime/program/logger.ts';
import type { MartsWarehouse } from '../../runtime/warehouse/marts/marts.ts';

const logger = createLogger('test', { write: () => undefined });
const etag = '"20260301T000000Z-abcd-build"';

test.each<[string | undefined, boolean]>([
  [undefined, false],
  ['', false],
  [etag, true],
  [`W/${etag}`, true],
  [`"a", W/"b" ,${etag}`, true],
  ['"a, b"', false],
  [etag.replaceAll('"', ''), false],
  ['*', true],
])('If-None-Match %s: known is %s', (header, known) => {
  expect(namesEntity(header, etag)).toBe(known);
});

test('who has the current answer gets 304 without a query, and faults are still named', async () => {
  let reads = 0;
  const marts: MartsWarehouse = {
    pointer: { version: '20260301T000000Z-abcd', publishedAt: '2026-03-01T00:00:00.000Z', marts: {} },
    fault: undefined,
    async read() {
      reads += 1;
      throw new Error('a query was asked');
    },
    onChange: () => () => undefined,
    close: async () => undefined,
  };
  const app = fastify({
    loggerInstance: logger as unknown as FastifyBaseLogger,
    forceCloseConnections: true,
  });
  registerApi(app, { marts, live: new LiveFeed(undefined, logger), build: 'build' });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  const status = async (path: string, ifNoneMatch: string) =>
    (await fetch(address + path, { headers: { 'if-none-match': ifNoneMatch } })).status;
  try {
    for (const url of ['/api/totals', '/api/totals.csv', '/api/wrapped.svg?user=1&year=2026']) {
      expect([url, await status(url, etag)]).toEqual([url, 304]);
    }
    expect(reads).toBe(0);
    expect(await status('/api/totals', '"older"')).toBe(500);
    expect(reads).toBe(1);
    expect(await status('/api/totals?from=never', etag)).not.toBe(304);
  } finally {
    await app.close();
  }
});
