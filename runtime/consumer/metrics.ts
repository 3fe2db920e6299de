import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { partitionKey } from '../contract/partition-key.ts';
import { type CommitRecord, recordsIn } from '../lake/commit-record.ts';

/** What a scrape finds at its moment. */
interface ConsumerState {
  /** Memory held by records that are not yet in the lake. */
  readonly heldBytes: number;
  readonly openFiles: number;
  readonly oldestUnacknowledgedSeconds: number;
  readonly kafkaSilenceSeconds: number;
}

/** The consumer's metrics, named as Prometheus names such things. */
export class ConsumerMetrics {
  readonly registry = new Registry();
  readonly #read = this.#counter('records_read_total', 'Records read from Kafka.');
  readonly #written = this.#counter('records_committed_total', 'Records visible in the lake.');
  readonly #dead = this.#counter('dead_letters_total', 'Dead letters named by commit records.');
  readonly #bytes = this.#counter('lake_bytes_total', 'Bytes of data files named by commit records.');
  readonly #commits = this.#counter('commits_total', 'Commit records created.');
  readonly #lostRaces = this.#counter(
    'lost_races_total',
    'Commit records that another writer created first.',
  );
  readonly #holes = this.#counter('hole_records_total', 'Offsets that Kafka deleted before they were read.');
  readonly #lag = new Gauge({
    name: 'beatflow_consumer_lag',
    help: 'Offsets between what was read and the end of the log.',
    labelNames: ['topic', 'partition'],
    registers: [this.registry],
  });

  readonly #storeRetries = new Counter({
    name: 'beatflow_consumer_store_retries_total',
    help: 'Requests to the lake that were repeated because they failed in passing.',
    registers: [this.registry],
  });
  readonly #storeSeconds = new Histogram({
    name: 'beatflow_consumer_store_create_seconds',
    help: 'Time to create one object in the lake, retries included.',
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100],
    registers: [this.registry],
  });
  readonly #missingTopics = new Gauge({
    name: 'beatflow_consumer_missing_topics',
    help: 'Topics of the contract that do not exist on the cluster yet.',
    registers: [this.registry],
  });
  readonly #lagByPartition = new Map<string, number>();
  #lastCommitAt = Date.now();
  #deadSinceAsked = 0;

  /** @param state read at each scrape. */
  constructor(state: () => ConsumerState) {
    const gauge = (name: string, help: string, read: () => number) =>
      new Gauge({
        name: `beatflow_consumer_${name}`,
        help,
        registers: [this.registry],
        collect() {
          this.set(read());
        },
      });
    gauge('held_bytes', 'Memory held by records that are not yet in the lake.', () => state().heldBytes);
    gauge('open_files', 'Lake files being filled.', () => state().openFiles);
    gauge(
      'oldest_unacknowledged_seconds',
      'Age of the oldest record that was read and is not yet in the lake.',
      () => state().oldestUnacknowledgedSeconds,
    );
    gauge(
      'last_commit_age_seconds',
      'Time since the last commit record, or since the start; grows while there is nothing to commit.',
      () => (Date.now() - this.#lastCommitAt) / 1000,
    );
    gauge('kafka_silence_seconds', 'Time since a broker last answered.', () => state().kafkaSilenceSeconds);
  }

  /** Records behind the end of the log, and dead letters committed since this was last asked. */
  work(): { readonly lag: number; readonly deadLetters: number } {
    const deadLetters = this.#deadSinceAsked;
    this.#deadSinceAsked = 0;
    return { lag: [...this.#lagByPartition.values()].reduce((sum, lag) => sum + lag, 0), deadLetters };
  }

  #counter(name: string, help: string): Counter<'topic'> {
    return new Counter({
      name: `beatflow_consumer_${name}`,
      help,
      labelNames: ['topic'],
      registers: [this.registry],
    });
  }

  batchRead(topic: string, partition: number, records: number, lag: number): void {
    this.#read.inc({ topic }, records);
    this.#lag.set({ topic, partition }, lag);
    this.#lagByPartition.set(partitionKey({ topic, partition }), lag);
  }

  committed(record: CommitRecord): void {
    const { topic } = record;
    this.#lastCommitAt = Date.now();
    this.#commits.inc({ topic });
    this.#written.inc({ topic }, recordsIn(record));
    this.#dead.inc({ topic }, record.deadLetters?.records ?? 0);
    this.#deadSinceAsked += record.deadLetters?.records ?? 0;
    this.#bytes.inc(
      { topic },
      record.files.reduce((sum, file) => sum + file.bytes, 0),
    );
  }

  /** Forgets the lag of partitions that another member reads now. */
  assigned(partitions: readonly { readonly topic: string; readonly partition: number }[]): void {
    const kept = new Set(partitions.map(partitionKey));
    for (const key of this.#lagByPartition.keys()) {
      if (kept.has(key)) continue;
      this.#lagByPartition.delete(key);
      const [topic, partition] = key.split('/') as [string, string];
      this.#lag.remove({ topic, partition });
    }
  }

  missingTopics(topics: number): void {
    this.#missingTopics.set(topics);
  }

  storeRetried(): void {
    this.#storeRetries.inc();
  }

  created(seconds: number): void {
    this.#storeSeconds.observe(seconds);
  }

  lostRace(topic: string): void {
    this.#lostRaces.inc({ topic });
  }

  holeFound(record: CommitRecord): void {
    this.#holes.inc({ topic: record.topic }, record.nextOffset - record.startOffset);
  }
}
