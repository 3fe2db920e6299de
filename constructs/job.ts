import { CloudRunV2Job } from '@cdktf/provider-google/lib/cloud-run-v2-job/index.js';
import { CloudRunV2JobIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-job-iam-member/index.js';
import { Construct } from 'constructs';
import { type Grant, grantId } from './helpers/access.ts';

export interface JobProps {
  readonly name: string;
  readonly location: string;
  readonly image: string;
  /** The program, whole: who starts an execution with arguments replaces all arguments, and has these in their place. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Email of the account that it acts as. */
  readonly account: string;
  /** The bucket that is mounted, read-only, at {@link artifactsMount}. */
  readonly artifactsBucket: string;
  readonly cpu: number;
  /** Covers the program and what it writes to its disk, which is memory. */
  readonly memoryMib: number;
  readonly timeoutMinutes: number;
  readonly grants: readonly Grant[];
}

/** Where jobs and services find the files of the artifact bucket. */
export const artifactsMount = '/artifacts';

/** A program that runs to its end on a stock image; its code is a file of the artifact bucket. */
export class Job extends Construct {
  constructor(scope: Construct, id: string, props: JobProps) {
    super(scope, id);
    const job = new CloudRunV2Job(this, 'job', {
      name: props.name,
      location: props.location,
      deletionProtection: false,
      template: {
        taskCount: 1,
        parallelism: 1,
        template: {
          serviceAccount: props.account,
          // What failed is run again by whoever started it, who also knows when to stop.
          maxRetries: 0,
          timeout: `${props.timeoutMinutes * 60}s`,
          executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
          containers: [
            {
              image: props.image,
              command: [...props.command],
              env: environmentList(props.environment),
              resources: { limits: { cpu: String(props.cpu), memory: `${props.memoryMib}Mi` } },
              volumeMounts: [{ name: 'artifacts', mountPath: artifactsMount }],
            },
          ],
          volumes: [{ name: 'artifacts', gcs: { bucket: props.artifactsBucket, readOnly: true } }],
        },
      },
    });
    for (const grant of props.grants) {
      new CloudRunV2JobIamMember(this, grantId(grant), {
        name: job.name,
        location: props.location,
        ...grant,
      });
    }
  }
}

/** Variables in the order of their names, so that a plan does not move when code does. */
export function environmentList(environment: Readonly<Record<string, string>>) {
  return Object.keys(environment)
    .sort()
    .map((name) => ({ name, value: environment[name] ?? '' }));
}
