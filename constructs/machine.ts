import { createHash } from 'node:crypto';
import { ComputeInstance } from '@cdktf/provider-google/lib/compute-instance/index.js';
import { DataResource } from 'cdktf';
import { Construct } from 'constructs';
import { literal } from './helpers/literal.ts';
import { addressOf } from './helpers/order.ts';

/**
 * The operating system of every machine: Container-Optimized OS, whose LTS milestones live two years. The provider
 * sees through a family's newest image for LTS families only; `cos-stable` would replace a machine at every release.
 */
export const machineImage = 'cos-cloud/cos-121-lts';

/** What a machine is, whether it stands alone or is stamped out by a group. */
export interface MachineSpec {
  readonly machineType: string;
  readonly bootDiskGb: number;
  readonly subnetPath: string;
  /** Email of the account that it acts as. */
  readonly account: string;
  /** cloud-init configuration. */
  readonly userData: string;
  /** Path of our key for the boot disk. @default Google's keys */
  readonly key?: string;
}

export interface MachineProps extends MachineSpec {
  readonly name: string;
  readonly zone: string;
  /** Disks that outlive the machine, by the device name that it finds each under. @default none */
  readonly dataDisks?: Readonly<Record<string, string>>;
}

/** Metadata of a machine: people come in through OS Login only, logs and disk figures go to Google Cloud. */
export function machineMetadata(userData: string): Record<string, string> {
  return {
    'user-data': literal(userData),
    'enable-oslogin': 'TRUE',
    'block-project-ssh-keys': 'TRUE',
    'serial-port-enable': 'FALSE',
    'google-logging-enabled': 'true',
    'google-monitoring-enabled': 'true',
  };
}

/** The settings that turn on measured boot. */
export const shielded = {
  enableSecureBoot: true,
  enableVtpm: true,
  enableIntegrityMonitoring: true,
} as const;

/**
 * One machine without a public address. It holds nothing that its data disks do not: when what it boots changes, it
 * is replaced, because cloud-init acts on a boot only.
 */
export class Machine extends Construct {
  constructor(scope: Construct, id: string, props: MachineProps) {
    super(scope, id);
    const boot = new DataResource(this, 'boot', {
      input: { sha256: createHash('sha256').update(props.userData).digest('hex') },
    });
    new ComputeInstance(this, 'instance', {
      name: props.name,
      zone: props.zone,
      machineType: props.machineType,
      allowStoppingForUpdate: true,
      bootDisk: {
        autoDelete: true,
        initializeParams: { image: machineImage, size: props.bootDiskGb, type: 'pd-balanced' },
        ...(props.key ? { kmsKeySelfLink: props.key } : {}),
      },
      attachedDisk: Object.entries(props.dataDisks ?? {}).map(([deviceName, source]) => ({
        deviceName,
        source,
        mode: 'READ_WRITE',
        ...(props.key ? { kmsKeySelfLink: props.key } : {}),
      })),
      networkInterface: [{ subnetwork: props.subnetPath }],
      metadata: machineMetadata(props.userData),
      serviceAccount: {
        email: props.account,
        scopes: ['https://www.googleapis.com/auth/cloud-platform'],
      },
      shieldedInstanceConfig: shielded,
      lifecycle: { replaceTriggeredBy: [addressOf(boot)] },
    });
  }
}
