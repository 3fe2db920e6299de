import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { lakeFolders } from '../contract/lake-folders.ts';
import { SetupError } from '../program/errors.ts';
import type { ObjectStore } from './object-store.ts';
import { offsetDigits } from './paths.ts';

/** What only one process at a time may do with a lake. */
const tasks = {
  loading: { folder: `${lakeFolders.locks}loader/`, code: 'warehouse_locked' },
  redriving: { folder: `${lakeFolders.locks}redrive/`, code: 'redrive_locked' },
} as const;

/** The name of such a task. */
type LeasedTask = keyof typeof tasks;

const leaseSchema = z.object({
  holder: z.string(),
  /** Tells one's own grant from that of another holder of the same name. */
  token: z.string().optional(),
  expiresAt: z.number(),
});

/** The right to a task, for a time. */
interface Lease {
  /** Gives the right back. */
  release(): Promise<void>;
  /**
   * Makes sure that the right is still ours and for how long.
   * @throws SetupError `warehouse_locked` or `redrive_locked` when it has run out.
   */
  check(): void;
}

interface LeaseProps {
  readonly task: LeasedTask;
  readonly store: ObjectStore;
  /** Names who does it, for the error that another one gets; two may have the same name and are not taken for one. */
  readonly holder: string;
  /** Milliseconds until the right ends by itself; a process that was killed blocks others no longer. */
  readonly durationMs: number;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

const grantPath = (task: LeasedTask, term: number) => `${tasks[task].folder}${offsetDigits(term)}.json`;
const releasePath = (task: LeasedTask, term: number) => `${tasks[task].folder}${offsetDigits(term)}.released`;

interface Term {
  readonly term: number;
  readonly released: boolean;
}

/** The last term that anybody was granted; term 0 was nobody's. Terms before it are deleted on the way. */
async function lastTerm(store: ObjectStore, task: LeasedTask): Promise<Term> {
  const { folder } = tasks[task];
  let last = 0;
  let released = true;
  const paths: string[] = [];
  for await (const { path } of store.list(folder)) {
    paths.push(path);
    const term = Number(path.slice(folder.length).split('.')[0]);
    released = term === last ? released || path.endsWith('.released') : path.endsWith('.released');
    last = term;
  }
  for (const path of paths) {
    if (Number(path.slice(folder.length).split('.')[0]) < last) await store.delete(path);
  }
  return { term: last, released };
}

/**
 * Takes the right to a task, so that two processes cannot race. Terms are numbered and each is granted by put-if-absent,
 * so of two who ask at once one gets it.
 * @throws SetupError `warehouse_locked` or `redrive_locked` naming the holder and when its right ends.
 */
export async function takeLease({ task, store, holder, durationMs, clock }: LeaseProps): Promise<Lease> {
  const { term: last, released } = await lastTerm(store, task);
  if (!released) {
    const content = await store.read(grantPath(task, last));
    const grant = leaseSchema.safeParse(JSON.parse(content?.toString() ?? '{}'));
    if (grant.success && grant.data.expiresAt > clock()) throw locked(task, grant.data);
  }
  const term = last + 1;
  const expiresAt = clock() + durationMs;
  const token = randomUUID();
  const content = Buffer.from(JSON.stringify({ holder, token, expiresAt }));
  if ((await store.createIfAbsent(grantPath(task, term), [content])) === 'exists') {
    const winner = leaseSchema.parse(JSON.parse(String(await store.read(grantPath(task, term)))));
    // Our own grant whose answer was lost and repeated is as good as created.
    if (winner.token !== token) throw locked(task, winner);
  }
  // Old terms are deleted: one who paused since the listing may be granted a number that was used up meanwhile.
  const { term: latest } = await lastTerm(store, task);
  if (latest > term) {
    throw new SetupError(tasks[task].code, `another process began ${task} meanwhile: wait for it or stop it`);
  }
  return {
    check() {
      if (clock() < expiresAt) return;
      throw new SetupError(
        tasks[task].code,
        `${task} took longer than ${Math.round(durationMs / 60_000)} minutes and another process may have begun: run it again, it goes on where this one stopped`,
      );
    },
    async release() {
      await store.createIfAbsent(releasePath(task, term), [Buffer.from('')]);
    },
  };
}

function locked(task: LeasedTask, { holder, expiresAt }: z.infer<typeof leaseSchema>): SetupError {
  return new SetupError(
    tasks[task].code,
    `${holder} is ${task}; its right ends at ${new Date(expiresAt).toISOString()} at the latest: wait for it or stop it`,
  );
}
