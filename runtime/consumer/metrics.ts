import { Counter, Gauge, Registry } from 'prom-client';
import { type CommitRecord, recordsIn } from '../lake/commit-record.ts';

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

  /** @param state read at each scrape: memory held, files open, seconds since the oldest unacknowledged record. */
  constructor(state: () => { heldBytes: number; openFiles: number; oldestUnacknowledgedSeconds: number }) {
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
  }

  committed(record: CommitRecord): void {
    const { topic } = record;
    this.#commits.inc({ topic });
    this.#written.inc({ topic }, recordsIn(record));
    this.#dead.inc({ topic }, record.deadLetters?.records ?? 0);
    this.#bytes.inc(
      { topic },
      record.files.reduce((sum, file) => sum + file.bytes, 0),
    );
  }

  lostRace(topic: string): void {
    this.#lostRaces.inc({ topic });
  }

  holeFound(record: CommitRecord): void {
    this.#holes.inc({ topic: record.topic }, record.nextOffset - record.startOffset);
  }
}
