import { z } from 'zod';
import { lakeFolders } from '../contract/lake-folders.ts';
import { SetupError } from '../program/errors.ts';
import type { ObjectStore } from './object-store.ts';

const claimSchema = z.object({
  version: z.literal(1),
  /** The file of dead letters. */
  file: z.string(),
  /** Offsets of the letters that are sent under this claim. */
  offsets: z.array(z.int().nonnegative()).min(1),
  /** Ends of the topic's partitions before the first letter was sent: whatever was sent lies behind them. */
  ends: z.array(z.object({ partition: z.int().nonnegative(), end: z.int().nonnegative() })),
  claimedAt: z.iso.datetime(),
});

/** The promise to send some letters of a file back to their topic; made once for each letter, before it is sent. */
type Claim = z.infer<typeof claimSchema>;

/** A claim as it lies in the lake. */
export interface StoredClaim extends Claim {
  readonly path: string;
  /** Whether everything claimed is known to be in the topic. */
  readonly done: boolean;
}

const doneSuffix = '.done';

function folderOf(file: string): string {
  return `${lakeFolders.redriven}${file.slice(file.indexOf('/') + 1)}/`;
}

/** The claims on a file of dead letters, oldest first. */
export async function readClaims(store: ObjectStore, file: string): Promise<StoredClaim[]> {
  const paths: string[] = [];
  for await (const { path } of store.list(folderOf(file))) paths.push(path);
  const claims: StoredClaim[] = [];
  for (const path of paths.filter((candidate) => !candidate.endsWith(doneSuffix))) {
    const content = await store.read(path);
    try {
      const claim = claimSchema.parse(JSON.parse(String(content)));
      claims.push({ ...claim, path, done: paths.includes(`${path}${doneSuffix}`) });
    } catch (cause) {
      throw new SetupError('lake_corrupt', `${path} is no claim on dead letters`, { cause });
    }
  }
  return claims;
}

/** Makes the next claim on a file; undefined where another run made it first. */
export async function createClaim(
  store: ObjectStore,
  claim: Claim,
  existing: readonly StoredClaim[],
): Promise<StoredClaim | undefined> {
  const path = `${folderOf(claim.file)}${String(existing.length + 1).padStart(4, '0')}.json`;
  const outcome = await store.createIfAbsent(path, [Buffer.from(`${JSON.stringify(claim)}\n`)]);
  return outcome === 'created' ? { ...claim, path, done: false } : undefined;
}

/** Notes that everything claimed is in the topic. */
export async function finishClaim(store: ObjectStore, { path }: StoredClaim): Promise<void> {
  await store.createIfAbsent(`${path}${doneSuffix}`, [Buffer.from('\n')]);
}
