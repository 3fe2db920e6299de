import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { text, variable } from '../program/config.ts';
import { GcsStore } from './gcs-store.ts';
import { LocalDiskStore } from './local-disk-store.ts';
import type { ObjectStore } from './object-store.ts';

/** `gs://bucket`, or a folder in it. */
const bucketUrl = /^gs:\/\/([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])(?:\/(.*?))?\/?$/;

/** The variable by which every program that reads or writes the lake finds it. */
export const lakeVariables = {
  lake: variable(
    'BEATFLOW_LAKE',
    'Where the lake is: an absolute folder, a file: URL, or gs://bucket[/folder].',
    text
      .nonEmpty()
      .refine((value) => value.startsWith('file:///') || isAbsolute(value) || bucketUrl.test(value), {
        error: 'expected an absolute folder, a file: URL, or gs://bucket[/folder]',
      }),
  ),
};

/** What a program wants to know of its lake's troubles. */
interface OpenStoreOptions {
  /** Called for each request that is repeated because it failed in passing. */
  readonly onRetry?: (error: Error) => void;
}

/** Opens the lake at a location that {@link lakeVariables} accepted. */
export function openStore(location: string, options: OpenStoreOptions = {}): ObjectStore {
  const [, bucket, folder] = bucketUrl.exec(location) ?? [];
  if (bucket !== undefined) return new GcsStore({ bucket, prefix: folder ? `${folder}/` : '', ...options });
  return new LocalDiskStore(location.startsWith('file:') ? fileURLToPath(location) : location);
}
