import type { BigQueryOptions } from '@google-cloud/bigquery';
import { bigQueryClient } from '../bigquery-client.ts';
import type { BigQueryLocation } from './location.ts';
import type { Row, Scalar, Values } from './marts.ts';

/** Bytes that one query may read at most: more than any mart has, far less than a mistake would cost. */
export const maxBytesBilled = 2 ** 30;

/** A table as BigQuery's metadata describes it. */
export interface TableState {
  readonly name: string;
  readonly rows: number;
  /** When it was last changed, milliseconds since the epoch. */
  readonly changedAt: number;
}

/** A query in BigQuery's SQL with its parameters by name. */
export interface ReaderQuery {
  /** Labels the job, so that its costs can be told apart. */
  readonly name: string;
  readonly text: string;
  readonly values: Values;
}

/** What reading marts needs of BigQuery. */
export interface BigQueryReader {
  /** The state of all tables of the dataset; metadata only, which costs nothing. */
  tables(): Promise<readonly TableState[]>;
  query(query: ReaderQuery): Promise<readonly Row[]>;
}

function typeOf(value: Scalar): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'INT64' : 'FLOAT64';
  return typeof value === 'boolean' ? 'BOOL' : 'STRING';
}

/** The plain value of what the client returns: days and instants come wrapped, with their ISO text as `value`. */
function plain(value: unknown): Scalar | readonly Scalar[] {
  if (Array.isArray(value)) return value.map((entry) => plain(entry) as Scalar);
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return value as Scalar;
  if ('value' in value) return String(value.value);
  return Number(value.toString());
}

/** Reads a dataset with the credentials of the surroundings. `options` go to Google's client. */
export function bigQueryReader(
  { project, dataset, location }: BigQueryLocation,
  options: BigQueryOptions = {},
): BigQueryReader {
  const client = bigQueryClient({ ...options, projectId: project, location });
  return {
    async tables() {
      const [tables] = await client.dataset(dataset).getTables();
      return Promise.all(
        tables.map(async (table): Promise<TableState> => {
          const [{ numRows, lastModifiedTime }] = await table.getMetadata();
          return { name: table.id ?? '', rows: Number(numRows), changedAt: Number(lastModifiedTime) };
        }),
      );
    },
    async query({ name, text, values }) {
      const [rows] = await client.query({
        query: text,
        params: { ...values },
        types: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, typeOf(value)])),
        location,
        maximumBytesBilled: String(maxBytesBilled),
        labels: { program: 'dashboard', query: name },
      });
      return (rows as Record<string, unknown>[]).map((row) =>
        Object.fromEntries(Object.entries(row).map(([column, value]) => [column, plain(value)])),
      );
    },
  };
}
