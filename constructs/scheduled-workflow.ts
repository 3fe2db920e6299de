import { CloudSchedulerJob } from '@cdktf/provider-google/lib/cloud-scheduler-job/index.js';
import { WorkflowsWorkflow } from '@cdktf/provider-google/lib/workflows-workflow/index.js';
import { Construct } from 'constructs';
import { literal } from './helpers/literal.ts';

interface ScheduledWorkflowProps {
  readonly project: string;
  readonly region: string;
  readonly name: string;
  readonly description: string;
  /** The definition, as Workflows reads it: YAML or JSON. */
  readonly source: string;
  /** Cron text, UTC. */
  readonly schedule: string;
  /** Email of the account that the workflow acts as. */
  readonly runner: string;
  /** Email of the account that starts the workflow. */
  readonly scheduler: string;
}

/** A workflow that is started on a schedule. */
export class ScheduledWorkflow extends Construct {
  constructor(scope: Construct, id: string, props: ScheduledWorkflowProps) {
    super(scope, id);
    const { project, region, name, description } = props;
    const workflow = new WorkflowsWorkflow(this, 'workflow', {
      project,
      region,
      name,
      description,
      serviceAccount: props.runner,
      sourceContents: literal(props.source),
      // Not computed in provider 6.50, like Managed Kafka's rebalancing.
      callLogLevel: 'LOG_ERRORS_ONLY',
      deletionProtection: false,
    });
    new CloudSchedulerJob(this, 'schedule', {
      project,
      region,
      name,
      description,
      schedule: props.schedule,
      timeZone: 'Etc/UTC',
      httpTarget: {
        httpMethod: 'POST',
        uri: `https://workflowexecutions.googleapis.com/v1/projects/${project}/locations/${region}/workflows/${name}/executions`,
        oauthToken: {
          serviceAccountEmail: props.scheduler,
          scope: 'https://www.googleapis.com/auth/cloud-platform',
        },
      },
      retryConfig: { retryCount: 3 },
      dependsOn: [workflow],
    });
  }
}
