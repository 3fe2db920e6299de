import type { MartsPointer } from './pointer.ts';

/** A value of a row or of a parameter. Dates are `YYYY-MM-DD`, instants ISO 8601 in UTC. */
export type Scalar = string | number | boolean | null;

/** A row of an answer, by column name. */
export type Row = Readonly<Record<string, Scalar | readonly Scalar[]>>;

/** Parameters of a query by name. */
export type Values = Readonly<Record<string, Scalar>>;

/**
 * One read of the marts. The text is a constant of this repository in the SQL that both warehouses speak; it names
 * tables as `marts.<mart>` and parameters as `$name`. Whatever a person sends is a value, never text.
 */
export interface NamedQuery {
  readonly name: string;
  /** The marts it reads; a version without them cannot answer. */
  readonly marts: readonly string[];
  readonly text: string;
}

/** Declares a query; its marts are read from its text. */
export function namedQuery(name: string, text: string): NamedQuery {
  const marts = [...new Set([...text.matchAll(/\bmarts\.([a-z0-9_]+)/g)].map(([, mart]) => mart as string))];
  if (marts.length === 0) throw new Error(`query ${name} reads no mart`);
  return Object.freeze({ name, marts: Object.freeze(marts), text });
}

/** The names of the parameters of a query, each once. */
export function parameterNames(query: Pick<NamedQuery, 'text'>): readonly string[] {
  return [...new Set([...query.text.matchAll(/\$([a-z_]+)/g)].map(([, name]) => name as string))];
}

/** Why the marts cannot answer: nothing is published yet, or the version lacks a mart. */
export class MartsUnavailable extends Error {
  readonly code: 'no_data' | 'mart_missing';

  constructor(code: 'no_data' | 'mart_missing', message: string) {
    super(message);
    this.name = 'MartsUnavailable';
    this.code = code;
  }
}

/** @throws MartsUnavailable `mart_missing` when a version lacks a mart of the query. */
export function assertMarts({ version, marts }: MartsPointer, query: NamedQuery): void {
  const missing = query.marts.filter((mart) => !Object.hasOwn(marts, mart));
  if (missing.length === 0) return;
  throw new MartsUnavailable('mart_missing', `version ${version} of the marts has no ${missing.join(', ')}`);
}

/** One version of the marts, unchanging while it is read. */
export interface MartsVersion {
  readonly pointer: MartsPointer;
  /** @throws MartsUnavailable `mart_missing` when this version lacks a mart of the query. */
  query(query: NamedQuery, values: Values): Promise<readonly Row[]>;
}

/** The marts that a dashboard reads, wherever they lie. */
export interface MartsWarehouse {
  /** The version new readers get; undefined before the first is published. */
  readonly pointer: MartsPointer | undefined;
  /** Why the marts could not be refreshed, while that lasts; reads go on with the last good version. */
  readonly fault: string | undefined;
  /**
   * Runs `work` on the current version and keeps that version open until it is done, also when another is published.
   * @throws MartsUnavailable `no_data` before the first version.
   */
  read<T>(work: (version: MartsVersion) => Promise<T>): Promise<T>;
  /** Calls `listener` after each change of version; returns the function that ends it. */
  onChange(listener: (pointer: MartsPointer) => void): () => void;
  close(): Promise<void>;
}
