import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { text, variable } from '../program/config.ts';
import { LocalDiskStore } from './local-disk-store.ts';
import type { ObjectStore } from './object-store.ts';

/** The variable by which every program that reads or writes the lake finds it. */
export const lakeVariables = {
  lake: variable(
    'BEATFLOW_LAKE',
    'Where the lake is: an absolute folder or file: URL.',
    text.nonEmpty().refine((value) => value.startsWith('file:///') || isAbsolute(value), {
      error: 'expected an absolute folder or a file: URL',
    }),
  ),
};

/** Opens the lake at a location that {@link lakeVariables} accepted. */
export function openStore(location: string): ObjectStore {
  return new LocalDiskStore(location.startsWith('file:') ? fileURLToPath(location) : location);
}
