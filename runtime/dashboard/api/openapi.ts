import type { Dataset } from '../datasets/dataset.ts';
import { pathsBesideDatasets } from './openapi-paths.ts';
import { notModified, parameters, problem, schemaOf } from './openapi-schemas.ts';

function jsonBody(dataset: Dataset): object {
  const row = schemaOf(dataset.row, 'output');
  return {
    type: 'object',
    required: ['dataset', 'version', 'params', 'rows'],
    properties: {
      dataset: { const: dataset.name },
      version: { type: 'string', description: 'Version of the marts the rows come from.' },
      params: { type: 'object', description: 'The parameters with what was filled in.' },
      rows: { type: 'array', items: row },
    },
  };
}

function operations(dataset: Dataset): Record<string, object> {
  const errors = { 400: problem, 503: problem };
  const operation = (id: string, summary: string, type: string, schema: object) => ({
    get: {
      operationId: id,
      summary,
      parameters: parameters(dataset),
      responses: {
        200: { description: dataset.doc, content: { [type]: { schema } } },
        304: notModified,
        ...errors,
      },
    },
  });
  return {
    [`/api/${dataset.name}`]: operation(dataset.name, dataset.doc, 'application/json', jsonBody(dataset)),
    [`/api/${dataset.name}.csv`]: operation(`${dataset.name}-csv`, `${dataset.doc} As CSV.`, 'text/csv', {
      type: 'string',
    }),
  };
}

/** The OpenAPI 3.1 document of the API, from the declarations of the datasets. */
export function openApi(datasets: readonly Dataset[]): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Beatflow',
      version: '1',
      description:
        'What the marts know, read-only. Times are UTC; an ETag is the version of the marts and the build of the program.',
    },
    paths: {
      ...pathsBesideDatasets,
      ...Object.assign({}, ...datasets.map(operations)),
    },
    components: {
      responses: {
        Problem: {
          description: 'Why the request cannot be answered (RFC 9457).',
          content: {
            'application/problem+json': {
              schema: {
                type: 'object',
                required: ['type', 'status', 'code', 'detail'],
                properties: {
                  type: { type: 'string' },
                  status: { type: 'integer' },
                  code: { type: 'string' },
                  detail: { type: 'string' },
                  faults: {
                    type: 'array',
                    items: {
                      type: 'object',
                      required: ['parameter', 'got', 'expected'],
                      properties: {
                        parameter: { type: 'string' },
                        got: { type: ['string', 'null'] },
                        expected: { type: 'string' },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  };
}
