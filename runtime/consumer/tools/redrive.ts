import { partitionKey } from '../../contract/partition-key.ts';
import type { TopicName } from '../../contract/topics.ts';
import type { RedriveLog } from '../../kafka/redrive-log.ts';
import { listChains, readChain } from '../../lake/commit-chain.ts';
import { type DeadLetter, decodeDeadLetters } from '../../lake/dead-letters.ts';
import { takeLease } from '../../lake/lease.ts';
import type { ObjectStore } from '../../lake/object-store.ts';
import { createClaim, finishClaim, readClaims, type StoredClaim } from '../../lake/redriven.ts';
import { SetupError } from '../../program/errors.ts';
import type { Inspector } from '../message-inspector.ts';

/** Which dead letters are to go back to their topic, and by what. */
export interface RedriveProps {
  readonly store: ObjectStore;
  readonly log: RedriveLog;
  readonly topic: TopicName;
  /** Only letters of this error; all where it is undefined. */
  readonly error: string | undefined;
  /** Says which letters the lake would take now. */
  readonly inspector: Inspector;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Names who does it, for another one who wants to at the same time. */
  readonly holder: string;
  /** Only say what would be sent. */
  readonly dryRun: boolean;
}

/** What became of the letters. */
interface RedriveReport {
  sent: number;
  /** Sent by an earlier run. */
  alreadySent: number;
  /** They would be dead letters again; they stay until a later run. */
  stillDead: number;
  /** Longer than what was kept of them, or without a value: they cannot be sent. */
  incomplete: number;
}

/** After this a run that was killed blocks others no longer, milliseconds. */
const leaseMs = 900_000;
/** Messages of one request to the broker. */
const sendAtOnce = 500;

const originOf = (letter: DeadLetter) => `${partitionKey(letter)}/${letter.offset}`;

interface Redriving extends RedriveProps {
  /** @throws SetupError `redrive_locked` where another run may have begun */
  readonly checkLease: () => void;
}

/** Sends the letters of a claim that are not in the topic yet, and says so in the lake. */
async function fulfil(
  { store, log, topic, checkLease }: Redriving,
  claim: StoredClaim,
  letters: readonly DeadLetter[],
  sentBefore: ReadonlySet<string>,
): Promise<number> {
  const claimed = new Set(claim.offsets);
  const due = letters.filter((letter) => claimed.has(letter.offset) && !sentBefore.has(originOf(letter)));
  for (let first = 0; first < due.length; first += sendAtOnce) {
    checkLease();
    await log.send(
      topic,
      due.slice(first, first + sendAtOnce).map((letter) => ({
        key: letter.key === null ? null : Buffer.from(letter.key, 'base64'),
        value: Buffer.from(letter.payload ?? '', 'base64'),
        origin: originOf(letter),
      })),
    );
  }
  await finishClaim(store, claim);
  return due.length;
}

async function redriveFile(props: Redriving, file: string, report: RedriveReport): Promise<void> {
  const { store, log, topic, inspector, clock, dryRun } = props;
  const content = await store.read(file);
  if (!content) throw new SetupError('lake_corrupt', `${file} is missing; a commit record names it`);
  const letters = decodeDeadLetters(file, content);
  for (;;) {
    const claims = await readClaims(store, file);
    const claimed = new Set(claims.flatMap(({ offsets }) => offsets));
    // A claim without its end was cut off: what of it reached the topic is found there by its header.
    for (const claim of claims.filter(({ done }) => !done)) {
      if (dryRun) continue;
      report.sent += await fulfil(props, claim, letters, await log.originsSince(topic, claim.ends));
    }
    const wanted = letters.filter(({ error }) => props.error === undefined || error === props.error);
    const unsent = wanted.filter(({ offset }) => !claimed.has(offset));
    const whole = unsent.filter(({ payload, payloadBytes }) => {
      return payload !== null && Buffer.byteLength(payload, 'base64') === payloadBytes;
    });
    const due = whole.filter(({ payload }) => inspector.inspect(Buffer.from(payload ?? '', 'base64')).valid);
    const claim = {
      version: 1 as const,
      file,
      offsets: due.map(({ offset }) => offset),
      ends: dryRun || due.length === 0 ? [] : await log.ends(topic),
      claimedAt: new Date(clock()).toISOString(),
    };
    const made = dryRun || due.length === 0 ? undefined : await createClaim(store, claim, claims);
    if (!dryRun && due.length > 0 && !made) continue;
    if (made) await fulfil(props, made, letters, new Set());
    report.sent += due.length;
    report.alreadySent += wanted.length - unsent.length;
    report.incomplete += unsent.length - whole.length;
    report.stillDead += whole.length - due.length;
    return;
  }
}

async function redriveTopic(props: Redriving): Promise<RedriveReport> {
  const report: RedriveReport = { sent: 0, alreadySent: 0, stillDead: 0, incomplete: 0 };
  for (const key of await listChains(props.store)) {
    if (key.topic !== props.topic) continue;
    for await (const { deadLetters } of readChain(props.store, key)) {
      if (deadLetters) await redriveFile(props, deadLetters.path, report);
    }
  }
  return report;
}

/**
 * Sends dead letters back to their topic, those that the lake would take now: after a new schema came to the contract,
 * or a clock was set right. Each letter is claimed in the lake before it is sent and carries its origin in a header,
 * so that a second run sends none again, and a run that was cut off is brought to its end by the next.
 * @throws SetupError `redrive_locked` while another run is under way
 */
export async function redrive(props: RedriveProps): Promise<RedriveReport> {
  const { store, holder, clock, dryRun } = props;
  if (dryRun) return redriveTopic({ ...props, checkLease: () => undefined });
  const lease = await takeLease({ task: 'redriving', store, holder, durationMs: leaseMs, clock });
  try {
    return await redriveTopic({ ...props, checkLease: () => lease.check() });
  } finally {
    await lease.release();
  }
}
