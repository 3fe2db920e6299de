import type { App } from 'cdktf';
import type { Grant } from '../constructs/access.ts';
import { Bucket } from '../constructs/bucket.ts';
import { lakeFolders } from '../runtime/contract/lake-folders.ts';
import { topicNames } from '../runtime/contract/topics.ts';
import { BeatflowStack, type StackProps } from './beatflow-stack.ts';

/** The lake: one bucket, in which nobody can change or delete a commit record. */
export class LakeStack extends BeatflowStack {
  constructor(scope: App, props: StackProps) {
    super(scope, 'lake', props);
    const { environment, names } = this;
    const { undelete, coldAfterDays, expireAfterDays } = environment.lake;
    const data = topicNames.map((topic) => `${topic}/`);
    const bucket = names.bucket('lake');
    new Bucket(this, 'lake', {
      name: bucket,
      location: environment.region,
      undelete,
      // Commit records match no rule: the chain that they form is the truth about what was read.
      lifecycle: [
        { action: { moveTo: 'NEARLINE' }, condition: { ageDays: coldAfterDays, prefixes: data } },
        {
          action: { delete: true },
          condition: { ageDays: expireAfterDays, prefixes: [...data, lakeFolders.dead] },
        },
        { action: { delete: true }, condition: { ageDays: 7, prefixes: [lakeFolders.live] } },
        {
          // Overwritten every few seconds: what was before is of no use to anybody.
          action: { delete: true },
          condition: { daysSinceNoncurrent: 1, prefixes: [lakeFolders.live, lakeFolders.generator] },
        },
      ],
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
      // Live snapshots are overwritten and orphans swept, commit records never.
      role: 'roles/storage.objectUser',
      member: writer,
      condition: { title: 'all-but-commits', expression: `!${objects(lakeFolders.commits)}` },
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
