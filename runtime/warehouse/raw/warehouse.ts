import type { PipelineRowOf } from '../../contract/pipeline-tables.ts';
import type { ReferenceTableName } from '../../contract/reference-tables.ts';
import type { TopicName } from '../../contract/topics.ts';
import { SetupError } from '../../program/errors.ts';

/** How far the loader has read one chain of commit records. */
export interface ChainProgress {
  readonly log: string;
  readonly topic: string;
  readonly partition: number;
  /** Start of the last record that was registered. */
  readonly lastStartOffset: number;
}

/** A commit record as the loader registers it: its row and those of its files, which are not loaded yet. */
export interface RegisteredCommit {
  readonly commit: PipelineRowOf<'lake_commits'>;
  readonly files: readonly PipelineRowOf<'lake_files'>[];
}

/** A file that an hour is loaded from. */
export interface HourFile {
  readonly path: string;
  readonly records: number;
  readonly sha256: string;
  /** Of the schema that its messages were written with: 16 hexadecimal digits, or the first 8 where no more is known. */
  readonly fingerprint: string;
}

/** A file as its row in `lake_files` has it. */
export interface StoredHourFile extends Omit<HourFile, 'fingerprint'> {
  /** Null in a row that is older than the column. */
  readonly fingerprint: string | null;
}

/** The first digits of the writer's fingerprint, which the lake puts before the run at the end of a data file's name. */
const fingerprintInPath = (path: string) => path.split('-').at(-2) ?? '';

/** A file that an hour is loaded from, by its row in `lake_files`. */
export function hourFile({ path, records, sha256, fingerprint }: StoredHourFile): HourFile {
  return { path, records, sha256, fingerprint: fingerprint ?? fingerprintInPath(path) };
}

/** One event hour of one topic, with all files that the lake has of it. */
export interface HourOfTopic {
  readonly topic: TopicName;
  /** Start of the hour, milliseconds since the epoch. */
  readonly hour: number;
  readonly files: readonly HourFile[];
}

/** Bounds of a range of hours: `since` is in it, `until` is not; milliseconds since the epoch. */
export interface HourRange {
  readonly since?: number;
  readonly until?: number;
}

/** An object of the lake that a reference table is loaded from. */
export interface ReferenceFile {
  readonly path: string;
  readonly records: number;
}

/** What the loader needs of a warehouse. */
export interface Warehouse {
  /** Where each chain was last read to. */
  chainProgress(): Promise<readonly ChainProgress[]>;
  /**
   * Takes commit records into the bookkeeping in the order given, each with its files or not at all: what broke off
   * has taken the first ones, and the rest of each chain is new to the next run.
   */
  register(commits: readonly RegisteredCommit[]): Promise<void>;
  /** The hours that have files which are not loaded yet, oldest first. */
  dirtyHours(): Promise<readonly HourOfTopic[]>;
  /** The hours within a range, loaded or not, oldest first. */
  hoursBetween(range: HourRange): Promise<readonly HourOfTopic[]>;
  /** By topic, the hours that were loaded and counted since an instant, milliseconds since the epoch. */
  loadsSince(instant: number): Promise<ReadonlyMap<string, number>>;
  /**
   * Replaces hours of one topic by what their files hold, counts the rows, and leaves an audit row for each; all or
   * none of them.
   * @throws SetupError `load_mismatch` when a count is not that of the commit records.
   */
  replaceHours(hours: readonly HourOfTopic[], run: string): Promise<readonly PipelineRowOf<'load_audit'>[]>;
  /** The rows that some hours of one topic have now, by the start of the hour; those without any may be left out. */
  countRows(hours: readonly HourOfTopic[]): Promise<ReadonlyMap<number, number>>;
  /** The sources whose rows a reference table has. */
  referenceSources(table: ReferenceTableName): Promise<readonly string[]>;
  /**
   * Replaces a reference table whole by what these files hold, and counts its rows.
   * @throws SetupError `load_mismatch` when the count is not that of the files.
   */
  replaceReference(table: ReferenceTableName, files: readonly ReferenceFile[]): Promise<number>;
  close(): Promise<void>;
}

/**
 * The rows that a reference table got, which must be those of its files.
 * @throws SetupError `load_mismatch` when they are not.
 */
export function countedReference(
  table: ReferenceTableName,
  files: readonly ReferenceFile[],
  rows: number,
): number {
  const expected = files.reduce((sum, { records }) => sum + records, 0);
  if (rows === expected) return rows;
  throw new SetupError(
    'load_mismatch',
    `${table}: ${files.length} files of reference data hold ${expected} rows, the table got ${rows}`,
  );
}
