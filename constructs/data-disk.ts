import { ComputeDisk } from '@cdktf/provider-google/lib/compute-disk/index.js';
import { Construct } from 'constructs';
import { isProtected, type Protection } from '../environments/model/environment.ts';

interface DataDiskProps {
  readonly name: string;
  readonly zone: string;
  readonly sizeGb: number;
  /** Path of our key. @default Google's keys */
  readonly key?: string;
  readonly protection: Protection;
}

/** A persistent disk that outlives the machine it is attached to. It can grow in place, never shrink. */
export class DataDisk extends Construct {
  readonly disk: ComputeDisk;

  constructor(scope: Construct, id: string, { name, zone, sizeGb, key, protection }: DataDiskProps) {
    super(scope, id);
    this.disk = new ComputeDisk(this, 'disk', {
      name,
      zone,
      size: sizeGb,
      type: 'pd-balanced',
      ...(key ? { diskEncryptionKey: { kmsKeySelfLink: key } } : {}),
      lifecycle: { preventDestroy: isProtected(protection) },
    });
  }
}
