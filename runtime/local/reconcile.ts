import { type TopicName, topicNames } from '../contract/topics.ts';
import { isSimulated } from '../generator/simulated-topics.ts';
import type { KafkaAdmin } from '../kafka/admin.ts';
import { listChains, readChain } from '../lake/commit-chain.ts';
import { recordsIn } from '../lake/commit-record.ts';
import type { ObjectStore } from '../lake/object-store.ts';
import { openDuckDbFile, queryRows } from '../warehouse/duckdb-file.ts';
import { rawSchema } from '../warehouse/raw/duckdb-warehouse.ts';

/** How many events of one topic each place of the pipeline has, counted there. */
export interface TopicCounts {
  readonly topic: TopicName;
  /** By the generator; undefined where events come from elsewhere. */
  readonly generated: number | undefined;
  /** Records that the broker's log has had since the lake's chains begin, deleted ones included. */
  readonly kafka: number;
  /** Rows that commit records name. */
  readonly lake: number;
  readonly deadLetters: number;
  /** Distinct (log partition, offset) pairs in the warehouse's raw table. */
  readonly warehouse: number;
  /** Rows in the raw table; more than `warehouse` would be a record loaded twice. */
  readonly rows: number;
  /** Distinct event identities in the raw table; fewer than `warehouse` are repeats of a resumed producer. */
  readonly events: number;
}

interface LakeCount {
  records: number;
  dead: number;
  /** The first offset of each partition that a commit record speaks of. */
  readonly firstOffsets: Map<number, number>;
}

async function lakeCounts(store: ObjectStore): Promise<Map<string, LakeCount>> {
  const counts = new Map<string, LakeCount>();
  for (const key of await listChains(store)) {
    const count = counts.get(key.topic) ?? { records: 0, dead: 0, firstOffsets: new Map() };
    counts.set(key.topic, count);
    for await (const record of readChain(store, key)) {
      if (!count.firstOffsets.has(key.partition)) count.firstOffsets.set(key.partition, record.startOffset);
      count.records += recordsIn(record);
      count.dead += record.deadLetters?.records ?? 0;
    }
  }
  return counts;
}

async function warehouseCounts(
  duckDbPath: string,
): Promise<Map<string, { rows: number; coordinates: number; events: number }>> {
  const file = await openDuckDbFile(duckDbPath);
  try {
    const rows = await queryRows<{ topic: string; rows: bigint; coordinates: bigint; events: bigint }>(
      file.connection,
      topicNames
        .map(
          (topic) =>
            `select '${topic}' as topic, count(*) as rows,
               count(distinct ("kafkaPartition", "kafkaOffset")) as coordinates,
               count(distinct (tag, "sessionId", "itemInSession", ts)) as events
             from ${rawSchema}.${topic}`,
        )
        .join(' union all '),
    );
    return new Map(
      rows.map(({ topic, ...counts }) => [
        topic,
        {
          rows: Number(counts.rows),
          coordinates: Number(counts.coordinates),
          events: Number(counts.events),
        },
      ]),
    );
  } finally {
    file.close();
  }
}

/** Counts the events of every topic in each real place: the broker, the commit records, SQL over the raw tables. */
export async function countEverywhere(places: {
  readonly admin: KafkaAdmin;
  readonly store: ObjectStore;
  readonly duckDbPath: string;
  readonly generated: Readonly<Record<string, number>> | undefined;
}): Promise<readonly TopicCounts[]> {
  const lake = await lakeCounts(places.store);
  const warehouse = await warehouseCounts(places.duckDbPath);
  return Promise.all(
    topicNames.map(async (topic) => {
      const logs = await places.admin.partitionLogs(topic);
      const inWarehouse = warehouse.get(topic);
      return {
        topic,
        generated: places.generated && isSimulated(topic) ? (places.generated[topic] ?? 0) : undefined,
        kafka: logs.reduce(
          (sum, { partition, start, end }) =>
            sum + end - (lake.get(topic)?.firstOffsets.get(partition) ?? start),
          0,
        ),
        lake: lake.get(topic)?.records ?? 0,
        deadLetters: lake.get(topic)?.dead ?? 0,
        warehouse: inWarehouse?.coordinates ?? 0,
        rows: inWarehouse?.rows ?? 0,
        events: inWarehouse?.events ?? 0,
      };
    }),
  );
}

/** What is wrong between the places, one sentence each; empty when every event is everywhere exactly once. */
export function differences(counts: readonly TopicCounts[]): readonly string[] {
  return counts.flatMap(({ topic, generated, kafka, lake, deadLetters, warehouse, rows, events }) => [
    ...(kafka === lake + deadLetters
      ? []
      : [`${topic}: Kafka has ${kafka} records, the lake ${lake} and ${deadLetters} dead letters`]),
    ...(lake === warehouse ? [] : [`${topic}: the lake has ${lake} records, the warehouse ${warehouse}`]),
    ...(rows === warehouse
      ? []
      : [`${topic}: ${rows} rows in the warehouse have only ${warehouse} coordinates`]),
    ...(generated === undefined || generated === events
      ? []
      : [`${topic}: ${generated} events were generated, the warehouse has ${events} of them`]),
  ]);
}
