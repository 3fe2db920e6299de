import { createHash } from 'node:crypto';
import { ComputeHealthCheck } from '@cdktf/provider-google/lib/compute-health-check/index.js';
import { ComputeInstanceGroupManager } from '@cdktf/provider-google/lib/compute-instance-group-manager/index.js';
import { ComputeInstanceTemplate } from '@cdktf/provider-google/lib/compute-instance-template/index.js';
import { Construct } from 'constructs';
import { type MachineSpec, machineImage, machineMetadata, shielded } from './machine.ts';

export interface MachineGroupProps extends MachineSpec {
  readonly name: string;
  readonly zone: string;
  readonly machines: number;
  /** Where a machine says that it is alive. Work that is merely late must not answer here: it would be restarted. */
  readonly liveness: { readonly port: number; readonly path: string };
}

/** Equal machines that hold nothing: one that dies is made again, a new version replaces them one after the other. */
export class MachineGroup extends Construct {
  constructor(scope: Construct, id: string, props: MachineGroupProps) {
    super(scope, id);
    const { userData, machineType, bootDiskGb, subnetPath, account, key } = props;
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([machineImage, userData, machineType, bootDiskGb, subnetPath, account, key]))
      .digest('hex')
      .slice(0, 8);
    const template = new ComputeInstanceTemplate(this, 'template', {
      // A template cannot be changed, and the new one must stand before the old one goes.
      name: `${props.name}-${fingerprint}`,
      machineType,
      disk: [
        {
          boot: true,
          autoDelete: true,
          sourceImage: machineImage,
          diskSizeGb: bootDiskGb,
          diskType: 'pd-balanced',
          ...(key ? { diskEncryptionKey: { kmsKeySelfLink: key } } : {}),
        },
      ],
      networkInterface: [{ subnetwork: subnetPath }],
      metadata: machineMetadata(userData),
      serviceAccount: { email: account, scopes: ['https://www.googleapis.com/auth/cloud-platform'] },
      shieldedInstanceConfig: shielded,
      lifecycle: { createBeforeDestroy: true },
    });
    const healthCheck = new ComputeHealthCheck(this, 'liveness', {
      name: `${props.name}-liveness`,
      checkIntervalSec: 30,
      timeoutSec: 10,
      healthyThreshold: 1,
      unhealthyThreshold: 4,
      httpHealthCheck: { port: props.liveness.port, requestPath: props.liveness.path },
      logConfig: { enable: true },
    });
    new ComputeInstanceGroupManager(this, 'group', {
      name: props.name,
      zone: props.zone,
      baseInstanceName: props.name,
      targetSize: props.machines,
      version: [{ instanceTemplate: template.selfLinkUnique }],
      // Ten minutes to boot, pull the image and join the group before a machine counts as dead.
      autoHealingPolicies: { healthCheck: healthCheck.id, initialDelaySec: 600 },
      updatePolicy: {
        type: 'PROACTIVE',
        minimalAction: 'REPLACE',
        replacementMethod: 'SUBSTITUTE',
        maxSurgeFixed: 1,
        maxUnavailableFixed: 0,
      },
      waitForInstances: false,
    });
  }
}
