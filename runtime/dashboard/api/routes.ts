import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { MartsWarehouse } from '../../warehouse/marts/marts.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { datasets } from '../datasets/index.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import { AnswerCache } from './answer-cache.ts';
import { csv } from './csv.ts';
import { DatasetAnswers, type Format, readParams } from './dataset-answer.ts';
import { Entities } from './entities.ts';
import { type EventStream, EventStreams } from './event-stream.ts';
import { openApi } from './openapi.ts';
import { registerPicture } from './register-picture.ts';
import { statusOf } from './status.ts';

/** Memory for finished answers. */
const cacheBytes = 64 * 1024 * 1024;

/** Streams at most; each open page holds one. */
const maxStreams = 1_000;

const contentTypes: Readonly<Record<Format, string>> = {
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
};

/** What the API answers from. */
interface ApiSources {
  readonly marts: MartsWarehouse;
  readonly live: LiveFeed;
  /** Which build of the program answers; an entity tag names it beside the version of the marts. */
  readonly build: string;
}

/** Registers everything under `/api`. */
export function registerApi(app: FastifyInstance, { marts, live, build }: ApiSources): void {
  const answers = new DatasetAnswers(marts, new AnswerCache(cacheBytes));
  const entities = new Entities(marts, build);
  for (const dataset of datasets) {
    app.get(`/api/${dataset.name}`, (request, reply) =>
      sendDataset({ request, reply, entities }, dataset, 'json', answers),
    );
    app.get(`/api/${dataset.name}.csv`, (request, reply) =>
      sendDataset({ request, reply, entities }, dataset, 'csv', answers),
    );
  }
  registerPicture(app, marts, entities);
  const document = openApi(datasets);
  app.get('/api/openapi.json', () => document);
  app.get('/api/status', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return statusOf(marts);
  });
  const streams = new EventStreams();
  registerStatusEvents(app, marts, streams);
  registerLive(app, live, streams);
  app.addHook('preClose', async () => streams.close());
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly entities: Entities;
}

async function sendDataset(
  { request, reply, entities }: Exchange,
  dataset: Dataset,
  format: Format,
  answers: DatasetAnswers,
) {
  const params = readParams(dataset, request.query as Record<string, unknown>);
  reply.header('vary', 'accept-encoding');
  if (entities.isKnown(request, reply)) return reply.code(304).send();
  const { answer, version } = await answers.answer(dataset, params, format);
  entities.label(reply, version);
  reply.type(contentTypes[format]);
  if (format === 'csv') {
    reply.header('content-disposition', `attachment; filename="beatflow-${dataset.name}.csv"`);
  }
  if (answer.gzip && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
    return reply.header('content-encoding', 'gzip').send(answer.gzip);
  }
  return reply.send(answer.body);
}

/** Turns a response into an event stream; undefined when there are too many already. */
function openStream(reply: FastifyReply, streams: EventStreams): EventStream | undefined {
  if (streams.size >= maxStreams) {
    reply.code(503).header('retry-after', '30').send();
    return undefined;
  }
  reply.hijack();
  return streams.open(reply.raw, reply.getHeaders() as Record<string, string>);
}

function registerStatusEvents(app: FastifyInstance, marts: MartsWarehouse, streams: EventStreams): void {
  app.get('/api/events', async (_request, reply) => {
    const status = await statusOf(marts);
    const stream = openStream(reply, streams);
    if (!stream) return;
    stream.send('status', status);
    const tell = () => {
      statusOf(marts).then(
        (next) => stream.send('status', next),
        (error: unknown) => app.log.error({ error }, 'the status of the new marts cannot be told'),
      );
    };
    stream.onClose(marts.onChange(tell));
    // A version that was published while the status was being asked for has told nobody.
    if (marts.pointer?.version !== status.marts?.version) tell();
  });
}

function registerLive(app: FastifyInstance, live: LiveFeed, streams: EventStreams): void {
  app.get('/api/live', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return live.read();
  });
  app.get('/api/live.csv', async (_request, reply) => {
    const { listenersByState } = await live.read();
    const rows = Object.entries(listenersByState).map(([state, listeners]) => ({ state, listeners }));
    reply.header('cache-control', 'no-store').type(contentTypes.csv);
    reply.header('content-disposition', 'attachment; filename="beatflow-live.csv"');
    return csv(['state', 'listeners'], rows);
  });
  app.get('/api/live/events', async (_request, reply) => {
    const state = await live.read();
    const stream = openStream(reply, streams);
    if (!stream) return;
    stream.send('live', state);
    stream.onClose(live.watch((next) => stream.send('live', next)));
  });
}
