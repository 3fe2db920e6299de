import type { Field, Fields, FieldType } from './fields.ts';

const bigqueryTypes: Readonly<Record<FieldType, string>> = {
  string: 'STRING',
  long: 'INTEGER',
  int: 'INTEGER',
  double: 'FLOAT',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
};

/** One column of a BigQuery table schema, as the API and Terraform take it. */
export interface BigQueryColumn {
  readonly name: string;
  readonly type: string;
  readonly mode: 'NULLABLE' | 'REQUIRED';
  readonly description: string;
}

function bigqueryColumn(name: string, field: Field): BigQueryColumn {
  return {
    name,
    type: bigqueryTypes[field.type],
    mode: field.nullable ? 'NULLABLE' : 'REQUIRED',
    description: field.doc,
  };
}

/** The schema of a table with these columns. */
export function bigqueryColumns(fields: Fields): readonly BigQueryColumn[] {
  return Object.entries(fields).map(([name, field]) => bigqueryColumn(name, field));
}

/** The column that raw tables are partitioned by, by hour. */
export const rawPartitionColumn = 'ts';

/** Clustering of a raw table: the columns by which staging reads and repeats are dropped. */
export const rawClusteringColumns = ['sessionId', 'userId'] as const;
