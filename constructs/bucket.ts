import { StorageBucket } from '@cdktf/provider-google/lib/storage-bucket/index.js';
import { StorageBucketIamMember } from '@cdktf/provider-google/lib/storage-bucket-iam-member/index.js';
import { Construct } from 'constructs';
import { isProtected, type Protection } from '../environments/model/environment.ts';
import { type Grant, grantId } from './helpers/access.ts';

/** What happens to objects that match. */
export interface LifecycleRule {
  readonly action: { readonly delete: true } | { readonly moveTo: 'NEARLINE' | 'COLDLINE' | 'ARCHIVE' };
  readonly condition: {
    readonly ageDays?: number;
    readonly daysSinceNoncurrent?: number;
    /** @default objects of every name */
    readonly prefixes?: readonly string[];
  };
}

export interface BucketProps {
  readonly name: string;
  readonly location: string;
  /** How a deleted or overwritten object can be brought back; `versions` need a rule that ends them. */
  readonly undelete: { readonly by: 'soft-delete' | 'versions'; readonly days: number };
  /** @default objects stay */
  readonly lifecycle?: readonly LifecycleRule[];
  /** The bucket that access logs go to, or why there is none. */
  readonly accessLogs: { readonly bucket: string } | { readonly none: true; readonly reason: string };
  /** Path of our key. @default Google's keys */
  readonly key?: string;
  readonly protection: Protection;
  readonly grants: readonly Grant[];
}

/** A private bucket: one access system, never public, and who may do what in it. */
export class Bucket extends Construct {
  readonly bucket: StorageBucket;

  constructor(scope: Construct, id: string, props: BucketProps) {
    super(scope, id);
    const { by, days } = props.undelete;
    const versions = by === 'versions';
    const ended: readonly LifecycleRule[] = versions
      ? [{ action: { delete: true }, condition: { daysSinceNoncurrent: days } }]
      : [];
    const locked = isProtected(props.protection);
    this.bucket = new StorageBucket(this, 'bucket', {
      name: props.name,
      location: props.location,
      uniformBucketLevelAccess: true,
      publicAccessPrevention: 'enforced',
      forceDestroy: !locked,
      versioning: { enabled: versions },
      softDeletePolicy: { retentionDurationSeconds: versions ? 0 : days * 86_400 },
      lifecycleRule: [...(props.lifecycle ?? []), ...ended].map(({ action, condition }) => ({
        action:
          'delete' in action ? { type: 'Delete' } : { type: 'SetStorageClass', storageClass: action.moveTo },
        condition: {
          ...(condition.ageDays === undefined ? {} : { age: condition.ageDays }),
          ...(condition.daysSinceNoncurrent === undefined
            ? {}
            : { daysSinceNoncurrentTime: condition.daysSinceNoncurrent }),
          ...(condition.prefixes ? { matchesPrefix: [...condition.prefixes] } : {}),
        },
      })),
      ...('bucket' in props.accessLogs
        ? { logging: { logBucket: props.accessLogs.bucket, logObjectPrefix: props.name } }
        : {}),
      ...(props.key ? { encryption: { defaultKmsKeyName: props.key } } : {}),
      lifecycle: { preventDestroy: locked },
    });
    for (const grant of props.grants) {
      new StorageBucketIamMember(this, grantId(grant), { bucket: this.bucket.name, ...grant });
    }
  }
}
