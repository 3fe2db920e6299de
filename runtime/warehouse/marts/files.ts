import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SetupError } from '../../program/errors.ts';
import { type MartsPointer, martsPointerSchema } from './pointer.ts';

/** Path of the pointer below the marts folder. */
function pointerPath(marts: string): string {
  return join(marts, 'current.json');
}

/** The folder of a version; its files never change. */
export function versionFolder(marts: string, version: string): string {
  return join(marts, 'versions', version);
}

/** The file of a mart in a version's folder. */
export function martFile(folder: string, mart: string): string {
  return join(folder, `${mart}.parquet`);
}

/**
 * Reads the pointer; undefined where nothing has been published yet.
 * @throws SetupError `marts_unreadable` where there is a pointer and it is not one.
 */
export async function readPointer(marts: string): Promise<MartsPointer | undefined> {
  const path = pointerPath(marts);
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new SetupError('marts_unreadable', `${path} cannot be read`, { cause });
  }
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch (cause) {
    throw new SetupError('marts_unreadable', `${path} is not JSON; publish the marts again`, { cause });
  }
  const parsed = martsPointerSchema.safeParse(json);
  if (!parsed.success) {
    throw new SetupError(
      'marts_unreadable',
      `${path} is not a pointer to published marts; publish them again:\n${z.prettifyError(parsed.error)}`,
    );
  }
  return parsed.data;
}

/** Makes a version the current one, atomically: a reader sees the old pointer or the new one, whole. */
export async function writePointer(marts: string, pointer: MartsPointer): Promise<void> {
  await mkdir(marts, { recursive: true });
  const path = pointerPath(marts);
  const temporary = `${path}.${pointer.version}.tmp`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(`${JSON.stringify(pointer, null, 1)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}
