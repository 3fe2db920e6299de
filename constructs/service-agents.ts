import { DataGoogleBigqueryDefaultServiceAccount } from '@cdktf/provider-google/lib/data-google-bigquery-default-service-account/index.js';
import { DataGoogleStorageProjectServiceAccount } from '@cdktf/provider-google/lib/data-google-storage-project-service-account/index.js';
import { Construct } from 'constructs';

interface ServiceAgentsProps {
  readonly project: string;
}

/**
 * Brings the service agents of Cloud Storage and BigQuery into being: Google creates each when it is first asked
 * for, and a key cannot be granted to one that does not exist. Other agents come with their API.
 */
export class ServiceAgents extends Construct {
  constructor(scope: Construct, id: string, { project }: ServiceAgentsProps) {
    super(scope, id);
    new DataGoogleStorageProjectServiceAccount(this, 'storage', { project });
    new DataGoogleBigqueryDefaultServiceAccount(this, 'bigquery', { project });
  }
}
