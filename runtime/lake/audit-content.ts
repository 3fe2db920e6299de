import { createHash } from 'node:crypto';
import { readAvroFile } from './avro-reader.ts';
import type { CommitRecord, DataFile } from './commit-record.ts';
import { decodeDeadLetters } from './dead-letters.ts';
import type { ObjectStore } from './object-store.ts';
import { formatHour, hourOf } from './paths.ts';

/** The offsets a record's files hold, each to be met once. */
class Offsets {
  readonly #record: CommitRecord;
  readonly #seen = new Set<number>();
  readonly faults: string[] = [];

  constructor(record: CommitRecord) {
    this.#record = record;
  }

  meet(path: string, partition: number, offset: number): void {
    const { startOffset, nextOffset } = this.#record;
    if (partition !== this.#record.partition || offset < startOffset || offset >= nextOffset) {
      this.faults.push(
        `${path} holds partition ${partition} offset ${offset}, expected partition ${this.#record.partition} from ${startOffset} to before ${nextOffset}`,
      );
    } else if (this.#seen.has(offset)) {
      this.faults.push(`${path} holds offset ${offset} of partition ${partition} once more`);
    }
    this.#seen.add(offset);
  }
}

function auditFile(file: DataFile, content: Buffer, offsets: Offsets): string[] {
  const faults: string[] = [];
  let records = 0;
  let earliest = Number.POSITIVE_INFINITY;
  let latest = Number.NEGATIVE_INFINITY;
  let strayed = 0;
  for (const row of readAvroFile(file.path, content)) {
    records++;
    offsets.meet(file.path, row.kafkaPartition, row.kafkaOffset);
    if (formatHour(hourOf(row.ts)) !== file.hour) strayed++;
    earliest = Math.min(earliest, row.ts);
    latest = Math.max(latest, row.ts);
  }
  if (records !== file.records) {
    faults.push(`${file.path} has ${records} rows, its record says ${file.records}`);
  }
  if (strayed > 0) faults.push(`${file.path} has ${strayed} rows of another hour than ${file.hour}`);
  if (earliest !== Date.parse(file.minEventTime) || latest !== Date.parse(file.maxEventTime)) {
    faults.push(`${file.path} has event times other than ${file.minEventTime} to ${file.maxEventTime}`);
  }
  return faults;
}

/** Reads what a commit record names, one object after the other; resolves with one sentence per fault. */
export async function auditContent(
  store: ObjectStore,
  recordPath: string,
  record: CommitRecord,
): Promise<string[]> {
  const faults: string[] = [];
  const offsets = new Offsets(record);
  const open = async ({ path, sha256 }: { path: string; sha256: string }) => {
    const content = await store.read(path);
    if (!content) faults.push(`${path} is missing; ${recordPath} names it`);
    else if (createHash('sha256').update(content).digest('hex') !== sha256) {
      faults.push(`${path} is not what was written: its SHA-256 is not ${sha256}`);
    } else return content;
    return undefined;
  };
  for (const file of record.files) {
    const content = await open(file);
    try {
      if (content) faults.push(...auditFile(file, content, offsets));
    } catch (error) {
      faults.push((error as Error).message);
    }
  }
  const { deadLetters } = record;
  const content = deadLetters && (await open(deadLetters));
  if (deadLetters && content) {
    const letters = decodeDeadLetters(deadLetters.path, content);
    for (const { partition, offset } of letters) offsets.meet(deadLetters.path, partition, offset);
    if (letters.length !== deadLetters.records) {
      faults.push(
        `${deadLetters.path} has ${letters.length} letters, its record says ${deadLetters.records}`,
      );
    }
  }
  return [...faults, ...offsets.faults];
}
