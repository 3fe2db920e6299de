import {
  MartsUnavailable,
  type MartsVersion,
  type MartsWarehouse,
  type Row,
  type Values,
} from '../../warehouse/marts/marts.ts';
import type { Dataset, Params } from '../datasets/dataset.ts';
import { valuesOf } from '../datasets/dataset.ts';
import { type Extent, extentOf } from '../version/extent.ts';
import { withNames } from '../version/item-names.ts';
import { type Answer, type AnswerCache, answerOf } from './answer-cache.ts';
import { csv } from './csv.ts';
import { invalidParameters, Problem } from './problem.ts';

/** The forms a dataset comes in. */
export type Format = 'json' | 'csv';

/** The parameters of a request, checked. @throws Problem with all faults at once. */
export function readParams(dataset: Dataset, query: Readonly<Record<string, unknown>>): Params {
  const parsed = dataset.params.safeParse(query);
  if (!parsed.success) throw invalidParameters(parsed.error, query);
  const params = parsed.data as Params;
  if (params.from !== undefined && params.to !== undefined && params.from > params.to) {
    throw new Problem(400, 'invalid_parameters', '1 fault in the parameters of the request', [
      { parameter: 'from', got: String(params.from), expected: `a day not after ${params.to}` },
    ]);
  }
  return params;
}

/** The same parameters with the days filled in that are not given: the ends of the period, the newest chart's. */
export function resolvePeriod(dataset: Dataset, params: Params, extent: Extent): Params {
  const has = (parameter: string) => Object.hasOwn(dataset.params.shape, parameter);
  if (has('day')) return { ...params, day: params.day ?? extent.lastDay };
  if (!has('from')) return params;
  return { ...params, from: params.from ?? extent.firstDay, to: params.to ?? extent.lastDay };
}

/** The rows of a dataset in one version of the marts. */
export async function rowsOf(
  dataset: Dataset,
  params: Params,
  version: MartsVersion,
): Promise<readonly Row[]> {
  const query = dataset.query(params);
  const extent = dataset.derive && (await extentOf(version));
  const derived = extent && dataset.derive?.(params, extent);
  const found = await version.query(query, valuesOf(query, { ...(params as Values), ...derived }));
  const others = dataset.redirect?.(found, params);
  if (others) return rowsOf(dataset, others as Params, version);
  const rows = dataset.shape ? dataset.shape(found, params) : found;
  return dataset.named ? withNames(dataset.named, rows, version) : rows;
}

async function make(dataset: Dataset, params: Params, format: Format, version: MartsVersion) {
  const extent = await extentOf(version);
  if (!extent) throw new MartsUnavailable('no_data', 'the published marts have no listening yet');
  const resolved = resolvePeriod(dataset, params, extent);
  const rows = await rowsOf(dataset, resolved, version);
  const columns = Object.keys(dataset.row.shape);
  if (format === 'csv') return answerOf(csv(columns, rows));
  return answerOf(
    JSON.stringify({ dataset: dataset.name, version: version.pointer.version, params: resolved, rows }),
  );
}

/** Answers requests for datasets from the current marts, each at most once per version. */
export class DatasetAnswers {
  readonly #marts: MartsWarehouse;
  readonly #cache: AnswerCache;

  constructor(marts: MartsWarehouse, cache: AnswerCache) {
    this.#marts = marts;
    this.#cache = cache;
  }

  /** The answer and the version of the marts it was made from. */
  answer(dataset: Dataset, params: Params, format: Format): Promise<{ answer: Answer; version: string }> {
    return this.#marts.read(async (current) => {
      const { version } = current.pointer;
      const key = `${dataset.name}.${format}?${JSON.stringify(params)}`;
      const answer = await this.#cache.get(version, key, () => make(dataset, params, format, current));
      return { answer, version };
    });
  }
}
