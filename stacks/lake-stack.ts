import type { App } from 'cdktf';
import { Bucket, type LifecycleRule } from '../constructs/bucket.ts';
import type { Grant } from '../constructs/helpers/access.ts';
import type { LakeSettings } from '../environments/model/environment.ts';
import { type LakeFolder, lakeFolders } from '../runtime/contract/lake-folders.ts';
import { topicNames } from '../runtime/contract/topics.ts';
import { BeatflowStack, type StackProps } from './beatflow-stack.ts';

/** By how much a claim on dead letters outlives them: objects that are due are deleted in no order, within a day or so. */
const claimsOutliveDays = 7;

/** Days after which the objects of each folder are deleted; `kept` are those that no rule may match. */
function lifetimes({ expireAfterDays }: LakeSettings): Readonly<Record<LakeFolder, number | 'kept'>> {
  return {
    // The chain that they form is the truth about what was read.
    commits: 'kept',
    dead: expireAfterDays,
    // A letter whose claim went first would be sent a second time.
    redriven: expireAfterDays + claimsOutliveDays,
    reference: 'kept',
    generator: 'kept',
    live: 7,
    // A lease deletes the terms before it.
    locks: 'kept',
  };
}

/** What becomes of the lake's objects over time. */
function lifecycle(lake: LakeSettings): readonly LifecycleRule[] {
  const data = topicNames.map((topic) => `${topic}/`);
  const ended = Object.entries(lifetimes(lake)).flatMap(([folder, days]) =>
    days === 'kept' ? [] : [{ prefix: lakeFolders[folder as LakeFolder] as string, days }],
  );
  const expiring = [...data.map((prefix) => ({ prefix, days: lake.expireAfterDays })), ...ended];
  return [
    { action: { moveTo: 'NEARLINE' }, condition: { ageDays: lake.coldAfterDays, prefixes: data } },
    ...Array.from(
      Map.groupBy(expiring, ({ days }) => days),
      ([ageDays, folders]): LifecycleRule => ({
        action: { delete: true },
        condition: { ageDays, prefixes: folders.map(({ prefix }) => prefix) },
      }),
    ),
    {
      // Overwritten every few seconds: what was before is of no use to anybody.
      action: { delete: true },
      condition: { daysSinceNoncurrent: 1, prefixes: [lakeFolders.live, lakeFolders.generator] },
    },
  ];
}

/** The lake: one bucket, in which no program can change or delete a commit record. */
export class LakeStack extends BeatflowStack {
  constructor(scope: App, props: StackProps) {
    super(scope, 'lake', props);
    const { environment, names } = this;
    const bucket = names.bucket('lake');
    new Bucket(this, 'lake', {
      name: bucket,
      location: environment.region,
      undelete: environment.lake.undelete,
      lifecycle: lifecycle(environment.lake),
      accessLogs: { bucket: names.bucket('access-logs') },
      ...this.keyFor('storage'),
      protection: this.protection,
      grants: lakeGrants(bucket, {
        writer: names.member(names.acting('consumer')),
        generator: names.member(names.acting('generator')),
        loader: names.member('loader'),
        page: names.member('dashboard'),
      }),
    });
    this.output('lake', 'The lake; list it with: gcloud storage ls --recursive', `gs://${bucket}`);
  }
}

/** Who does what in the lake; conditions are on the names of objects. */
function lakeGrants(
  bucket: string,
  { writer, generator, loader, page }: Readonly<Record<'writer' | 'generator' | 'loader' | 'page', string>>,
): readonly Grant[] {
  const objects = (folder: string) =>
    `resource.name.startsWith("projects/_/buckets/${bucket}/objects/${folder}")`;
  // Listing is a right on the bucket itself; reading is one on the objects.
  const anyBucket = 'resource.type == "storage.googleapis.com/Bucket"';
  return [
    { role: 'roles/storage.objectViewer', member: writer },
    { role: 'roles/storage.objectCreator', member: writer },
    {
      // Live snapshots are overwritten and orphans swept; commit records, and claims on dead letters, never.
      role: 'roles/storage.objectUser',
      member: writer,
      condition: {
        title: 'all-but-records',
        expression: `!${objects(lakeFolders.commits)} && !${objects(lakeFolders.redriven)}`,
      },
    },
    {
      // How far it is; a machine made anew goes on from there. Without the right to list, nothing is told from forbidden.
      role: 'roles/storage.objectUser',
      member: generator,
      condition: {
        title: 'progress',
        expression: `${anyBucket} || ${objects(lakeFolders.generator)}`,
      },
    },
    {
      // The songs that it plays from; what is there it cannot change.
      role: 'roles/storage.objectCreator',
      member: generator,
      condition: { title: 'reference-data', expression: objects(lakeFolders.reference) },
    },
    { role: 'roles/storage.objectViewer', member: loader },
    {
      // One loader at a time: its lease is an object.
      role: 'roles/storage.objectUser',
      member: loader,
      condition: { title: 'lease', expression: objects(lakeFolders.locks) },
    },
    {
      role: 'roles/storage.objectViewer',
      member: page,
      condition: {
        title: 'live-snapshots',
        expression: `${anyBucket} || ${objects(lakeFolders.live)}`,
      },
    },
  ];
}
