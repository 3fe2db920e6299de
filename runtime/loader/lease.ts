import { z } from 'zod';
import type { ObjectStore } from '../lake/object-store.ts';
import { offsetDigits } from '../lake/paths.ts';
import { SetupError } from '../program/errors.ts';

const leaseFolder = '_locks/loader/';

const leaseSchema = z.object({ holder: z.string(), expiresAt: z.number() });

/** The right to load, for a time. */
export interface Lease {
  /** Gives the right back. */
  release(): Promise<void>;
  /**
   * Makes sure that the right is still ours and for how long.
   * @throws SetupError `warehouse_locked` when it has run out.
   */
  check(): void;
}

export interface LeaseProps {
  readonly store: ObjectStore;
  /** Names who loads, for the error that another one gets. */
  readonly holder: string;
  /** Milliseconds until the right ends by itself; a loader that was killed blocks others no longer. */
  readonly durationMs: number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

const grantPath = (term: number) => `${leaseFolder}${offsetDigits(term)}.json`;
const releasePath = (term: number) => `${leaseFolder}${offsetDigits(term)}.released`;

interface Term {
  readonly term: number;
  readonly released: boolean;
}

/** The last term that anybody was granted; term 0 was nobody's. Terms before it are deleted on the way. */
async function lastTerm(store: ObjectStore): Promise<Term> {
  let last = 0;
  let released = true;
  const paths: string[] = [];
  for await (const { path } of store.list(leaseFolder)) {
    paths.push(path);
    const term = Number(path.slice(leaseFolder.length).split('.')[0]);
    released = term === last ? released || path.endsWith('.released') : path.endsWith('.released');
    last = term;
  }
  for (const path of paths) {
    if (Number(path.slice(leaseFolder.length).split('.')[0]) < last) await store.delete(path);
  }
  return { term: last, released };
}

/**
 * Takes the right to load, so that two loaders cannot race. Terms are numbered and each is granted by put-if-absent,
 * so of two who ask at once one gets it.
 * @throws SetupError `warehouse_locked` naming the holder and when its right ends.
 */
export async function takeLease({ store, holder, durationMs, clock }: LeaseProps): Promise<Lease> {
  const { term: last, released } = await lastTerm(store);
  if (!released) {
    const content = await store.read(grantPath(last));
    const grant = leaseSchema.safeParse(JSON.parse(content?.toString() ?? '{}'));
    if (grant.success && grant.data.expiresAt > clock()) throw locked(grant.data);
  }
  const term = last + 1;
  const expiresAt = clock() + durationMs;
  const content = Buffer.from(JSON.stringify({ holder, expiresAt }));
  if ((await store.createIfAbsent(grantPath(term), [content])) === 'exists') {
    const winner = leaseSchema.parse(JSON.parse(String(await store.read(grantPath(term)))));
    // Our own grant whose answer was lost and repeated is as good as created.
    if (winner.holder !== holder) throw locked(winner);
  }
  return {
    check() {
      if (clock() < expiresAt) return;
      throw new SetupError(
        'warehouse_locked',
        `loading took longer than ${Math.round(durationMs / 60_000)} minutes and another loader may have begun: run it again, it goes on where this one stopped`,
      );
    },
    async release() {
      await store.createIfAbsent(releasePath(term), [Buffer.from('')]);
    },
  };
}

function locked({ holder, expiresAt }: z.infer<typeof leaseSchema>): SetupError {
  return new SetupError(
    'warehouse_locked',
    `${holder} is loading; its right ends at ${new Date(expiresAt).toISOString()} at the latest: wait for it or stop it`,
  );
}
