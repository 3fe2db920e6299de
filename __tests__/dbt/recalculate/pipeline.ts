import { topicNames } from '../../../runtime/contract/topics.ts';
import type { EventsByTopic } from '../listeners.ts';
import { recordsOf } from '../warehouse.ts';
import type { Row } from './plain.ts';

const instant = (ts: number) => new Date(ts).toISOString();

/** What loadRaw leaves of each topic: every fiftieth record twice, as many dead letters in a partition as its number. */
export function pipelineTopics(events: EventsByTopic): Row[] {
  const loadedAt = Date.UTC(2026, 5, 1);
  return [...topicNames].sort().map((topic) => {
    const records = recordsOf(topic, events[topic], 50, 0);
    const partitions = [...new Set(records.map(({ kafkaPartition }) => kafkaPartition))];
    return {
      topic,
      latest_event_at: instant(Math.max(...records.map(({ ts }) => ts))),
      committed_at: instant(loadedAt - 60_000 - Math.min(...partitions)),
      loaded_at: instant(loadedAt),
      records: records.length,
      dead_letters: partitions.reduce((sum, partition) => sum + partition, 0),
    };
  });
}
