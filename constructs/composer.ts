import { ComposerEnvironment } from '@cdktf/provider-google/lib/composer-environment/index.js';
import { Construct } from 'constructs';
import { isProtected, type Protection } from '../environments/model/environment.ts';

interface ComposerProps {
  readonly name: string;
  readonly region: string;
  /** For example composer-3-airflow-2.11.1. */
  readonly imageVersion: string;
  readonly size: 'SMALL' | 'MEDIUM' | 'LARGE';
  /** Our own bucket, in the same region: the DAGs are there before the environment is. */
  readonly bucket: string;
  readonly networkPath: string;
  readonly subnetPath: string;
  readonly internalCidr: string;
  /** Email of the account that Airflow's workers act as. */
  readonly account: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Path of our key. @default Google's keys */
  readonly key?: string;
  readonly protection: Protection;
}

/**
 * A private Cloud Composer 3 environment: Airflow that starts jobs and runs none of their code. Its page is
 * reached through Google's own proxy by those whom IAM lets in.
 */
export class Composer extends Construct {
  readonly environment: ComposerEnvironment;

  constructor(scope: Construct, id: string, props: ComposerProps) {
    super(scope, id);
    this.environment = new ComposerEnvironment(this, 'environment', {
      name: props.name,
      region: props.region,
      storageConfig: { bucket: props.bucket },
      config: {
        environmentSize: `ENVIRONMENT_SIZE_${props.size}`,
        resilienceMode: 'STANDARD_RESILIENCE',
        enablePrivateEnvironment: true,
        enablePrivateBuildsOnly: true,
        nodeConfig: {
          network: props.networkPath,
          subnetwork: props.subnetPath,
          composerInternalIpv4CidrBlock: props.internalCidr,
          serviceAccount: props.account,
        },
        softwareConfig: {
          imageVersion: props.imageVersion,
          envVariables: { ...props.variables },
          // Two DAGs of three tasks: what is checked is whether they run, not how fast they are read.
          airflowConfigOverrides: {
            'core-dags_are_paused_at_creation': 'False',
            'scheduler-catchup_by_default': 'False',
          },
          webServerPluginsMode: 'DISABLED',
        },
        dataRetentionConfig: {
          airflowMetadataRetentionConfig: [{ retentionMode: 'RETENTION_MODE_ENABLED', retentionDays: 60 }],
        },
        ...(props.key ? { encryptionConfig: { kmsKeyName: props.key } } : {}),
      },
      timeouts: { create: '90m', update: '90m', delete: '120m' },
      lifecycle: { preventDestroy: isProtected(props.protection) },
    });
  }
}
