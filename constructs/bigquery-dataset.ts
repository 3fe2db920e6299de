import { BigqueryDataset } from '@cdktf/provider-google/lib/bigquery-dataset/index.js';
import { BigqueryDatasetIamMember } from '@cdktf/provider-google/lib/bigquery-dataset-iam-member/index.js';
import { Construct } from 'constructs';
import { isProtected, type Protection } from '../environments/model/environment.ts';
import { type Grant, grantId } from './helpers/access.ts';

interface BigQueryDatasetProps {
  readonly name: string;
  readonly location: string;
  readonly description: string;
  /** Path of our key. @default Google's keys */
  readonly key?: string;
  readonly protection: Protection;
  readonly grants: readonly Grant[];
}

/** A BigQuery dataset and who may read or write it. */
export class BigQueryDataset extends Construct {
  readonly dataset: BigqueryDataset;

  constructor(scope: Construct, id: string, props: BigQueryDatasetProps) {
    super(scope, id);
    const locked = isProtected(props.protection);
    this.dataset = new BigqueryDataset(this, 'dataset', {
      datasetId: props.name,
      location: props.location,
      description: props.description,
      deleteContentsOnDestroy: !locked,
      ...(props.key ? { defaultEncryptionConfiguration: { kmsKeyName: props.key } } : {}),
      lifecycle: { preventDestroy: locked },
    });
    for (const grant of props.grants) {
      new BigqueryDatasetIamMember(this, grantId(grant), { datasetId: this.dataset.datasetId, ...grant });
    }
  }
}
