import { createHash } from 'node:crypto';
import { errorMessage } from '../../program/errors.ts';
import type { Logger } from '../../program/logger.ts';
import type { BigQueryReader, TableState } from './bigquery-reader.ts';
import type { BigQueryLocation } from './location.ts';
import {
  assertMarts,
  MartsUnavailable,
  type MartsVersion,
  type MartsWarehouse,
  type NamedQuery,
  type Row,
  type Values,
} from './marts.ts';
import type { MartsPointer } from './pointer.ts';

/** The text of a query as BigQuery takes it: tables by their full name, parameters with an at sign. */
export function bigQuerySql(
  { text }: NamedQuery,
  { project, dataset }: Pick<BigQueryLocation, 'project' | 'dataset'>,
): string {
  return text
    .replaceAll(/\bmarts\.([a-z0-9_]+)/g, (_, mart: string) => `\`${project}.${dataset}.${mart}\``)
    .replaceAll(/\$([a-z_]+)/g, (_, name: string) => `@${name}`);
}

/** The version that tables in these states make. */
export function pointerOf(tables: readonly TableState[]): MartsPointer | undefined {
  const changes = tables.map(({ name, changedAt }) => `${name}:${changedAt}`).sort();
  if (changes.length === 0) return undefined;
  const publishedAt = new Date(Math.max(...tables.map(({ changedAt }) => changedAt))).toISOString();
  const digest = createHash('sha256').update(changes.join('\n')).digest('hex').slice(0, 8);
  return {
    version: `${publishedAt.replaceAll(/[-:]|\.\d+/g, '')}-${digest}`,
    publishedAt,
    marts: Object.fromEntries(tables.map(({ name, rows }) => [name, { rows }])),
  };
}

/** How marts in BigQuery are followed. */
interface BigQueryMartsProps {
  readonly reader: BigQueryReader;
  readonly at: BigQueryLocation;
  readonly logger: Logger;
  /** How often the tables' states are looked at. @default 30000 */
  readonly pollMilliseconds?: number;
  /** How long no table must have changed: a build in progress changes one after the other. @default 60000 */
  readonly settleMilliseconds?: number;
  /** Milliseconds since the epoch. @default Date.now */
  readonly clock?: () => number;
}

/** Marts in a BigQuery dataset. A version is a state of all its tables; they are read as they are now. */
class BigQueryMarts implements MartsWarehouse {
  readonly #props: BigQueryMartsProps;
  readonly #listeners = new Set<(pointer: MartsPointer) => void>();
  #pointer: MartsPointer | undefined;
  #fault: string | undefined = 'the marts have not been looked at yet';
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(props: BigQueryMartsProps) {
    this.#props = props;
  }

  get pointer(): MartsPointer | undefined {
    return this.#pointer;
  }

  get fault(): string | undefined {
    return this.#fault;
  }

  async read<T>(work: (version: MartsVersion) => Promise<T>): Promise<T> {
    const pointer = this.#pointer;
    if (!pointer) throw new MartsUnavailable('no_data', 'no marts have been built yet');
    return work({ pointer, query: (query, values) => this.#query(pointer, query, values) });
  }

  onChange(listener: (pointer: MartsPointer) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  /** Looks at the tables now and again after each interval. */
  async follow(): Promise<void> {
    try {
      this.#take(pointerOf(await this.#props.reader.tables()));
      this.#fault = undefined;
    } catch (error) {
      const fault = errorMessage(error);
      if (fault !== this.#fault) this.#props.logger.warn({ error }, "the marts' state cannot be read");
      this.#fault = fault;
    }
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.follow(), this.#props.pollMilliseconds ?? 30_000);
    this.#timer.unref();
  }

  #take(next: MartsPointer | undefined): void {
    if (!next || this.#closed || next.version === this.#pointer?.version) return;
    const { clock = Date.now, settleMilliseconds = 60_000, logger } = this.#props;
    const settled = clock() - Date.parse(next.publishedAt) >= settleMilliseconds;
    if (this.#pointer && !settled) return;
    this.#pointer = next;
    logger.info({ version: next.version }, 'marts opened');
    for (const listener of this.#listeners) listener(next);
  }

  async #query(pointer: MartsPointer, query: NamedQuery, values: Values): Promise<readonly Row[]> {
    assertMarts(pointer, query);
    const { reader, at } = this.#props;
    return reader.query({ name: query.name, text: bigQuerySql(query, at), values });
  }
}

/**
 * Opens the marts in a BigQuery dataset and follows them. It does not wait for the first look, so that a program can
 * serve what it has meanwhile; until then {@link MartsWarehouse.fault} says so. A dataset without tables is no error.
 */
export function openBigQueryMarts(props: BigQueryMartsProps): MartsWarehouse {
  const marts = new BigQueryMarts(props);
  void marts.follow();
  return marts;
}
