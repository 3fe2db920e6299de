import { BigqueryTable } from '@cdktf/provider-google/lib/bigquery-table/index.js';
import { BigqueryTableIamMember } from '@cdktf/provider-google/lib/bigquery-table-iam-member/index.js';
import { Construct } from 'constructs';
import { isProtected, type Protection } from '../environments/model/environment.ts';
import type { BigQueryColumn } from '../runtime/contract/bigquery.ts';
import { dayMs } from '../runtime/contract/durations.ts';
import { type Grant, grantId } from './helpers/access.ts';

export interface TableProps {
  readonly dataset: string;
  readonly name: string;
  readonly description: string;
  readonly columns: readonly BigQueryColumn[];
  /**
   * The timestamp column that rows are partitioned by, and for how long a partition stays.
   * @default one partition
   */
  readonly partition?: {
    readonly by: 'HOUR' | 'DAY';
    readonly column: string;
    /** @default partitions stay */
    readonly expirationDays?: number;
    /** Whether a query must say which partitions it reads. */
    readonly filterRequired: boolean;
  };
  /** @default rows are in no order */
  readonly clustering?: readonly string[];
  /** Path of our key. @default Google's keys */
  readonly key?: string;
  readonly protection: Protection;
  /** @default what the dataset grants */
  readonly grants?: readonly Grant[];
}

function partitioning({ by, column, expirationDays, filterRequired }: NonNullable<TableProps['partition']>) {
  return {
    timePartitioning: {
      type: by,
      field: column,
      ...(expirationDays === undefined ? {} : { expirationMs: expirationDays * dayMs }),
    },
    requirePartitionFilter: filterRequired,
  };
}

/** A native BigQuery table, with what partitions and clusters it is asked for. */
export class Table extends Construct {
  constructor(scope: Construct, id: string, props: TableProps) {
    super(scope, id);
    const { partition, clustering } = props;
    const locked = isProtected(props.protection);
    const table = new BigqueryTable(this, 'table', {
      datasetId: props.dataset,
      tableId: props.name,
      description: props.description,
      schema: JSON.stringify(props.columns),
      ...(partition ? partitioning(partition) : {}),
      ...(clustering ? { clustering: [...clustering] } : {}),
      deletionProtection: locked,
      // BigQuery copies the dataset's key to the table; unless it is stated, the next plan replaces the table.
      ...(props.key ? { encryptionConfiguration: { kmsKeyName: props.key } } : {}),
      lifecycle: { preventDestroy: locked },
    });
    for (const grant of props.grants ?? []) {
      new BigqueryTableIamMember(this, grantId(grant), {
        datasetId: props.dataset,
        tableId: table.tableId,
        ...grant,
      });
    }
  }
}
