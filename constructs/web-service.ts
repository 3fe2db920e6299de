import { CloudRunV2Service } from '@cdktf/provider-google/lib/cloud-run-v2-service/index.js';
import { CloudRunV2ServiceIamMember } from '@cdktf/provider-google/lib/cloud-run-v2-service-iam-member/index.js';
import { Construct } from 'constructs';
import { type Grant, grantId } from './helpers/access.ts';
import { artifactsMount, environmentList } from './job.ts';

export interface WebServiceProps {
  readonly name: string;
  readonly location: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Email of the account that it acts as. */
  readonly account: string;
  readonly artifactsBucket: string;
  /** Listened on once the program can serve: that is what Cloud Run waits for. */
  readonly port: number;
  readonly memoryMib: number;
  /** Whether it is reached directly by those with a grant, or only through a load balancer. */
  readonly ingress: 'direct' | 'load-balancer';
  readonly maxInstances: number;
  readonly grants: readonly Grant[];
}

/** A web program on a stock image, for named users only; without requests it costs nothing. */
export class WebService extends Construct {
  readonly service: CloudRunV2Service;

  constructor(scope: Construct, id: string, props: WebServiceProps) {
    super(scope, id);
    this.service = new CloudRunV2Service(this, 'service', {
      name: props.name,
      location: props.location,
      ingress: props.ingress === 'direct' ? 'INGRESS_TRAFFIC_ALL' : 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
      deletionProtection: false,
      template: {
        serviceAccount: props.account,
        executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
        timeout: '60s',
        scaling: { minInstanceCount: 0, maxInstanceCount: props.maxInstances },
        containers: [
          {
            image: props.image,
            command: [...props.command],
            args: [...props.args],
            ports: { containerPort: props.port },
            env: environmentList(props.environment),
            resources: {
              limits: { cpu: '1', memory: `${props.memoryMib}Mi` },
              cpuIdle: true,
              startupCpuBoost: true,
            },
            volumeMounts: [{ name: 'artifacts', mountPath: artifactsMount }],
          },
        ],
        volumes: [{ name: 'artifacts', gcs: { bucket: props.artifactsBucket, readOnly: true } }],
      },
    });
    for (const grant of props.grants) {
      new CloudRunV2ServiceIamMember(this, grantId(grant), {
        name: this.service.name,
        location: props.location,
        ...grant,
      });
    }
  }
}
