import type { DuckDBConnection } from '@duckdb/node-api';
import { createTable } from '../../runtime/contract/duckdb.ts';
import { pipelineTables } from '../../runtime/contract/pipeline-tables.ts';
import { referenceTables } from '../../runtime/contract/reference-tables.ts';
import {
  type EventOf,
  lakeRecordFields,
  type TopicName,
  topicNames,
  topics,
} from '../../runtime/contract/topics.ts';
import { openDuckDbFile } from '../../runtime/warehouse/duckdb-file.ts';
import { appendRows } from '../../runtime/warehouse/raw/append-rows.ts';
import type { EventsByTopic } from './listeners.ts';
import { catalogueSongs } from './songs.ts';

type Value = string | number | boolean | null;

/** Opens the DuckDB file, hands the connection over and closes the file, so that dbt can open it. */
export async function withWarehouse<T>(
  path: string,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const file = await openDuckDbFile(path);
  try {
    return await use(file.connection);
  } finally {
    file.close();
  }
}

/** The rows of a query as plain values: instants and days as ISO text, 64-bit integers as numbers. */
export async function rows(connection: DuckDBConnection, sql: string): Promise<Record<string, Value>[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader
    .getRowObjectsJS()
    .map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
}

function plain(value: unknown): Value {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString();
  return value as Value;
}

/** How events get into the raw tables. */
interface LoadOptions {
  /** Each so manyth record is there twice, as after a producer's retry. @default 50 */
  readonly repeatEvery?: number;
  /** When the loader was done, milliseconds since the epoch. @default 2026-06-01 */
  readonly loadedAt?: number;
}

/**
 * Adds events to the raw tables as the loader leaves them: coordinates with each record, and a row in `load_audit`
 * for every hour that got some, one in `lake_commits` for each partition. The songs are those of {@link catalogueSongs}.
 */
export async function loadRaw(path: string, events: EventsByTopic, options: LoadOptions = {}): Promise<void> {
  const { repeatEvery = 50, loadedAt = Date.UTC(2026, 5, 1) } = options;
  await withWarehouse(path, async (connection) => {
    await connection.run('create schema if not exists raw');
    for (const table of ['load_audit', 'lake_commits'] as const) {
      await connection.run(createTable(`raw.${table}`, pipelineTables[table].fields));
    }
    for (const [table, { fields }] of Object.entries(referenceTables)) {
      await connection.run(createTable(`raw.${table}`, fields));
    }
    await connection.run('delete from raw.songs');
    await appendRows(connection, 'raw', 'songs', referenceTables.songs.fields, catalogueSongs);
    for (const topic of topicNames) {
      await connection.run(createTable(`raw.${topic}`, lakeRecordFields(topics[topic])));
      const [last] = await rows(connection, `select max("kafkaOffset") as value from raw.${topic}`);
      const records = recordsOf(topic, events[topic], repeatEvery, Number(last?.value ?? -1) + 1);
      await appendRows(connection, 'raw', topic, lakeRecordFields(topics[topic]), records);
      const audit = auditOf(topic, records, loadedAt);
      await appendRows(connection, 'raw', 'load_audit', pipelineTables.load_audit.fields, audit);
      const commits = commitsOf(topic, records, loadedAt);
      await appendRows(connection, 'raw', 'lake_commits', pipelineTables.lake_commits.fields, commits);
    }
  });
}

/** The records of a topic in the order of their offsets; `firstOffset` is above all that are already there. */
export function recordsOf(
  topic: TopicName,
  events: readonly EventOf<TopicName>[],
  repeatEvery: number,
  firstOffset: number,
) {
  const { partitions } = topics[topic];
  const repeated = events.flatMap((event, index) =>
    index % repeatEvery === repeatEvery - 1 ? [event, event] : [event],
  );
  return repeated.map((event, index) => ({
    ...event,
    kafkaPartition: (event.userId ?? event.sessionId) % partitions,
    kafkaOffset: firstOffset + index,
    kafkaTimestamp: event.ts,
  }));
}

/** What the loader notes of the hours of these records. */
export function auditOf(topic: TopicName, records: readonly { ts: number }[], loadedAt: number) {
  const hourOf = ({ ts }: { ts: number }) => ts - (ts % 3_600_000);
  return [...new Set(records.map(hourOf))].map((hour) => ({
    topic,
    hour,
    run: 'test',
    files: 1,
    rows: records.filter((record) => hourOf(record) === hour).length,
    startedAt: loadedAt,
    loadedAt,
  }));
}

/** The commit records of these records, one for each partition, a minute before they were loaded. */
export function commitsOf(
  topic: TopicName,
  records: readonly { kafkaPartition: number; kafkaOffset: number }[],
  loadedAt: number,
) {
  const startOffset = records[0]?.kafkaOffset ?? 0;
  const nextOffset = (records.at(-1)?.kafkaOffset ?? -1) + 1;
  return [...new Set(records.map(({ kafkaPartition }) => kafkaPartition))].map((partition) => ({
    log: 'test-0',
    topic,
    partition,
    startOffset,
    nextOffset,
    records: records.filter(({ kafkaPartition }) => kafkaPartition === partition).length,
    deadLetters: partition,
    committedAt: loadedAt - 60_000 - partition,
    recordPath: `_commits/test-0/${topic}/${partition}/${startOffset}`,
  }));
}
