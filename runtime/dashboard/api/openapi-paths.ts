import type { z } from 'zod';
import type { Dataset } from '../datasets/dataset.ts';
import { wrapped } from '../datasets/wrapped.ts';
import { liveStateSchema } from '../live/live-state.ts';
import { notModified, parameters, problem, schemaOf } from './openapi-schemas.ts';
import { statusSchema } from './status.ts';

interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly type: string;
  readonly schema: object;
  readonly failures?: Readonly<Record<number, object>>;
}

const get = ({ id, summary, type, schema, failures = {} }: Operation) => ({
  get: {
    operationId: id,
    summary,
    responses: { 200: { description: summary, content: { [type]: { schema } } }, ...failures },
  },
});

/** Server-sent events of one name. */
const stream = (id: string, summary: string, event: string, data: z.ZodType) =>
  get({
    id,
    summary,
    type: 'text/event-stream',
    schema: {
      type: 'string',
      description: `Events named ${event}, each with a JSON document as its data.`,
      contentMediaType: 'application/json',
      contentSchema: schemaOf(data, 'output'),
    },
    failures: { 503: { description: 'Too many streams are open; Retry-After says when to ask again.' } },
  });

const picture = get({
  id: 'wrapped-svg',
  summary: "A listener's year as a picture to share.",
  type: 'image/svg+xml',
  schema: { type: 'string' },
  failures: { 304: notModified, 400: problem, 404: problem, 503: problem },
});

const json = 'application/json';

/** What the API has beside datasets. */
export const pathsBesideDatasets = {
  '/api/status': get({
    id: 'status',
    summary: 'How fresh the data are, which days they cover, and how far the pipeline had come.',
    type: json,
    schema: schemaOf(statusSchema, 'output'),
  }),
  '/api/events': stream(
    'events',
    'The status, now and whenever there are newer marts.',
    'status',
    statusSchema,
  ),
  '/api/live': get({
    id: 'live',
    summary: 'What all consumers together see of the stream just now.',
    type: json,
    schema: schemaOf(liveStateSchema, 'output'),
  }),
  '/api/live.csv': get({
    id: 'live-csv',
    summary: 'Listeners of the last five minutes by state. As CSV.',
    type: 'text/csv',
    schema: { type: 'string' },
  }),
  '/api/live/events': stream(
    'live-events',
    'What consumers see, every two seconds.',
    'live',
    liveStateSchema,
  ),
  '/api/wrapped.svg': { get: { ...picture.get, parameters: parameters(wrapped as unknown as Dataset) } },
  '/api/openapi.json': get({
    id: 'openapi',
    summary: 'This document.',
    type: json,
    schema: { type: 'object' },
  }),
} as const;
