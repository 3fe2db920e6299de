import { z } from 'zod';
import { SetupError } from '../program/errors.ts';

const count = z.number().int().nonnegative();
const instant = z.iso.datetime();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const dataFileSchema = z.object({
  path: z.string(),
  /** Event hour of every row, UTC: `2026-11-20T05`. */
  hour: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d$/),
  /** Fingerprint of the schema the messages were written with. */
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
  records: count.min(1),
  bytes: count,
  sha256,
  minEventTime: instant,
  maxEventTime: instant,
});

const commitRecordSchema = z.object({
  version: z.literal(1),
  log: z.string(),
  topic: z.string(),
  partition: count,
  /** First offset the record speaks of. */
  startOffset: count,
  /** The offset after the last; the next record of the chain starts here. */
  nextOffset: count,
  files: z.array(dataFileSchema),
  deadLetters: z.object({ path: z.string(), records: count.min(1), bytes: count, sha256 }).nullable(),
  /** Why the offsets could not be read; a hole has no files. */
  hole: z.string().nullable(),
  /** The instance that wrote the record. */
  writer: z.string(),
  /** The attempt that wrote the record: with `writer` it tells one's own lost response from another's win. */
  run: z.string(),
  committedAt: instant,
});

/**
 * The single source of truth for what the lake holds of `[startOffset, nextOffset)` of one partition. Data files
 * are invisible until a record names them.
 */
export type CommitRecord = z.infer<typeof commitRecordSchema>;

/** A data file as its commit record describes it. */
export type DataFile = z.infer<typeof dataFileSchema>;

/** The bytes of a record. */
export function encodeCommitRecord(record: CommitRecord): Buffer {
  return Buffer.from(`${JSON.stringify(record, null, 1)}\n`);
}

/**
 * Reads a record back.
 * @throws SetupError `lake_corrupt` naming the path and every fault in it.
 */
export function decodeCommitRecord(path: string, content: Buffer): CommitRecord {
  let value: unknown;
  try {
    value = JSON.parse(content.toString('utf8'));
  } catch (cause) {
    throw new SetupError('lake_corrupt', `commit record ${path} is no JSON`, { cause });
  }
  const parsed = commitRecordSchema.safeParse(value);
  if (!parsed.success) {
    throw new SetupError('lake_corrupt', `commit record ${path}: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}

/** Rows in the data files of a record. */
export function recordsIn(record: CommitRecord): number {
  return record.files.reduce((sum, file) => sum + file.records, 0);
}
