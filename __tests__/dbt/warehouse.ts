import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance, timestampValue } from '@duckdb/node-api';
import { createTable } from '../../runtime/contract/duckdb.ts';
import type { FieldType } from '../../runtime/contract/fields.ts';
import { lakeRecordFields, type TopicName, topicNames, topics } from '../../runtime/contract/topics.ts';
import type { EventsByTopic } from './listeners.ts';

type Value = string | number | boolean | null | undefined;

const append: Readonly<Record<FieldType, (to: DuckDBAppender, value: never) => void>> = {
  string: (to, value: string) => to.appendVarchar(value),
  long: (to, value: number) => to.appendBigInt(BigInt(value)),
  int: (to, value: number) => to.appendInteger(value),
  double: (to, value: number) => to.appendDouble(value),
  boolean: (to, value: boolean) => to.appendBoolean(value),
  timestamp: (to, value: number) => to.appendTimestamp(timestampValue(BigInt(value) * 1000n)),
};

/** Opens the DuckDB file, hands the connection over and closes the file, so that dbt can open it. */
export async function withWarehouse<T>(
  path: string,
  use: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(path, { threads: '2' });
  const connection = await instance.connect();
  try {
    await connection.run("set TimeZone = 'UTC'");
    return await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** The rows of a query, as plain JSON values: instants and days as text, 64-bit integers as numbers. */
export async function rows(connection: DuckDBConnection, sql: string): Promise<Record<string, Value>[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader
    .getRowObjectsJS()
    .map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [
          name,
          typeof value === 'bigint'
            ? Number(value)
            : value instanceof Date
              ? value.toISOString()
              : (value as Value),
        ]),
      ),
    );
}

/**
 * Loads events into the raw tables as the loader leaves them: coordinates per record and a row in `load_audit` for
 * every hour. Each `repeatEvery`th record is there twice, as after a producer's retry.
 */
export async function loadRaw(
  path: string,
  events: EventsByTopic,
  { repeatEvery = 50, loadedAt = Date.UTC(2026, 5, 1) }: { repeatEvery?: number; loadedAt?: number } = {},
): Promise<void> {
  await withWarehouse(path, async (connection) => {
    await connection.run('create schema if not exists raw');
    await connection.run(
      'create table if not exists raw.load_audit (topic varchar not null, hour timestamp not null, files integer not null, rows bigint not null, loaded_at timestamp not null, run varchar not null)',
    );
    for (const topic of topicNames) {
      await connection.run(createTable(`raw.${topic}`, lakeRecordFields(topics[topic])));
      await loadTopic(connection, topic, events[topic], repeatEvery);
      await connection.run(
        `insert into raw.load_audit
         select '${topic}', date_trunc('hour', ts), 1, count(*), epoch_ms(${loadedAt}::bigint), 'test'
         from raw.${topic} group by all order by all`,
      );
    }
  });
}

async function loadTopic(
  connection: DuckDBConnection,
  topic: TopicName,
  events: readonly Record<string, unknown>[],
  repeatEvery: number,
): Promise<void> {
  const fields = Object.entries(lakeRecordFields(topics[topic]));
  const partitions = topics[topic].partitions;
  const offsets = new Array<number>(partitions).fill(0);
  const appender = await connection.createAppender(topic, 'raw');
  const write = (event: Record<string, unknown>) => {
    const partition = Number(event.userId ?? event.sessionId) % partitions;
    const kafkaOffset = offsets[partition] ?? 0;
    offsets[partition] = kafkaOffset + 1;
    const record = { ...event, kafkaPartition: partition, kafkaOffset, kafkaTimestamp: event.ts } as Record<
      string,
      Value
    >;
    for (const [name, field] of fields) {
      const value = record[name];
      if (value === null || value === undefined) appender.appendNull();
      else append[field.type](appender, value as never);
    }
    appender.endRow();
  };
  for (const [index, event] of events.entries()) {
    write(event);
    if (index % repeatEvery === repeatEvery - 1) write(event);
  }
  appender.closeSync();
}
