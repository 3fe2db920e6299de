import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { MartsWarehouse } from '../../warehouse/marts.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { datasets } from '../datasets/index.ts';
import { AnswerCache } from './answer-cache.ts';
import { DatasetAnswers, type Format, readParams } from './dataset-answer.ts';
import { EventStreams } from './event-stream.ts';
import { openApi } from './openapi.ts';
import { statusOf } from './status.ts';

/** Memory for finished answers. */
const cacheBytes = 64 * 1024 * 1024;

/** Streams at most; each open page holds one. */
const maxStreams = 1_000;

const contentTypes: Readonly<Record<Format, string>> = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
};

/** Registers everything under `/api`. */
export function registerApi(app: FastifyInstance, marts: MartsWarehouse): void {
  const answers = new DatasetAnswers(marts, new AnswerCache(cacheBytes));
  for (const dataset of datasets) {
    app.get(`/api/${dataset.name}`, (request, reply) =>
      sendDataset(request, reply, dataset, 'json', answers),
    );
    app.get(`/api/${dataset.name}.csv`, (request, reply) =>
      sendDataset(request, reply, dataset, 'csv', answers),
    );
  }
  const document = openApi(datasets);
  app.get('/api/openapi.json', () => document);
  app.get('/api/status', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return statusOf(marts);
  });
  registerEvents(app, marts);
}

async function sendDataset(
  request: FastifyRequest,
  reply: FastifyReply,
  dataset: Dataset,
  format: Format,
  answers: DatasetAnswers,
) {
  const params = readParams(dataset, request.query as Record<string, unknown>);
  const { answer, version } = await answers.answer(dataset, params, format);
  const etag = `"${version}"`;
  reply.header('etag', etag).header('cache-control', 'no-cache').header('vary', 'accept-encoding');
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  reply.type(contentTypes[format]);
  if (format === 'csv') {
    reply.header('content-disposition', `attachment; filename="beatflow-${dataset.name}.csv"`);
  }
  if (answer.gzip && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
    return reply.header('content-encoding', 'gzip').send(answer.gzip);
  }
  return reply.send(answer.body);
}

function registerEvents(app: FastifyInstance, marts: MartsWarehouse): void {
  const streams = new EventStreams();
  app.get('/api/events', async (_request, reply) => {
    if (streams.size >= maxStreams) return reply.code(503).header('retry-after', '30').send();
    const status = await statusOf(marts);
    reply.hijack();
    streams.add(reply.raw, reply.getHeaders() as Record<string, string>);
    streams.send(reply.raw, 'status', status);
  });
  marts.onChange(() => {
    statusOf(marts).then(
      (status) => streams.broadcast('status', status),
      (error) => app.log.error({ error }, 'the status of the new marts cannot be told'),
    );
  });
  app.addHook('preClose', async () => streams.close());
}
