import { hourMs } from '../contract/durations.ts';
import { lakeFolders } from '../contract/lake-folders.ts';

/** Folder of the objects that a reference table is loaded from. */
export function referenceFolder(table: string): string {
  return `${lakeFolders.reference}${table}/`;
}

/** Path of the reference data that calls itself `source`. */
export function referencePath(table: string, source: string): string {
  return `${referenceFolder(table)}${source}.jsonl`;
}

/** The start of the UTC hour that an instant lies in, milliseconds since the epoch. */
export function hourOf(instant: number): number {
  return instant - (((instant % hourMs) + hourMs) % hourMs);
}

/** An hour in the form it has in commit records and on command lines: `2026-11-20T05`. */
export function formatHour(hour: number): string {
  return new Date(hour).toISOString().slice(0, 13);
}

/** The hour that {@link formatHour} wrote. */
export function parseHour(hour: string): number {
  return Date.parse(`${hour}:00:00.000Z`);
}

/** An offset as 20 digits, so that the order of names is the order of offsets. */
export function offsetDigits(offset: number): string {
  return String(offset).padStart(20, '0');
}

/** A partition as it appears in paths: `p003`. */
function partitionName(partition: number): string {
  return `p${String(partition).padStart(3, '0')}`;
}

/**
 * The name of a log in the lake: the cluster and a generation, which the configuration raises when topics were
 * recreated and offsets began anew.
 */
export function logName(clusterId: string, generation: number): string {
  return `${clusterId}-g${generation}`;
}

/** Folder of the commit records of one partition's log. */
export function commitsFolder(log: string, topic: string, partition: number): string {
  return `${lakeFolders.commits}${log}/${topic}/${partitionName(partition)}/`;
}

/** Path of the commit record that begins at `startOffset`. */
export function commitPath(log: string, topic: string, partition: number, startOffset: number): string {
  return `${commitsFolder(log, topic, partition)}${offsetDigits(startOffset)}.json`;
}

/** What names a data file. */
interface DataFileName {
  readonly topic: string;
  readonly partition: number;
  /** First offset of the segment that the file belongs to. */
  readonly startOffset: number;
  /** Start of the event hour, milliseconds since the epoch. */
  readonly hour: number;
  /** Fingerprint of the writer's schema, 16 hexadecimal digits. */
  readonly fingerprint: string;
  /** The attempt that wrote it. */
  readonly run: string;
}

/** Path of a data file; the partition keys are `dt` and `hr`, which no column is called. */
export function dataFilePath(name: DataFileName): string {
  const [date, hour] = formatHour(name.hour).split('T');
  const file = `${name.topic}-${partitionName(name.partition)}-o${offsetDigits(name.startOffset)}-${name.fingerprint.slice(0, 8)}-${name.run}.avro`;
  return `${name.topic}/dt=${date}/hr=${hour}/${file}`;
}

/** Path of the file with a segment's dead letters, one JSON object per line. */
export function deadLettersPath(topic: string, partition: number, startOffset: number, run: string): string {
  return `${lakeFolders.dead}${topic}/${topic}-${partitionName(partition)}-o${offsetDigits(startOffset)}-${run}.jsonl`;
}
