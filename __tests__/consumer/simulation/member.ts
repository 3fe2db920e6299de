import { Consumer, type RotationLimits } from '../../../runtime/consumer/consumer.ts';
import { FetchOrder } from '../../../runtime/kafka/fetch-order.ts';
import type { LogReader } from '../../../runtime/kafka/log-reader.ts';
import { ReadAhead } from '../../../runtime/kafka/read-ahead.ts';
import type { TopicPartition } from '../../../runtime/kafka/record-batch.ts';
import type { Logger } from '../../../runtime/program/logger.ts';
import { topic, type World } from './world.ts';

const silent = { info() {}, warn() {}, error() {}, debug() {} } as unknown as Logger;

/** Room for a few batches of the small records that the simulated log holds. */
const readAheadBytes = 600;

interface Reading {
  position: number;
  sought: number | undefined;
  /** A fetched batch is on its way or waits for room; there is at most one, as in kafkajs. */
  busy: boolean;
}

/** One consumer process, and the client library in it. */
export class Member {
  readonly name: string;
  readonly consumer: Consumer;
  readonly #world: World;
  readonly #readings = new Map<number, Reading>();
  readonly #ahead: ReadAhead;
  readonly #order = new FetchOrder();
  alive = true;
  /** Still a member of the group; an evicted one does not know it. */
  inGroup = true;

  constructor(world: World, limits: RotationLimits) {
    this.#world = world;
    this.name = `member-${++world.memberCount}`;
    const { scheduler } = world;
    this.consumer = new Consumer({
      store: world.storeOf(this.name),
      admin: {
        partitionLog: (_, partition) =>
          scheduler.request(this.name, () => {
            const { start, end } = world.log(partition);
            return { partition, start, end };
          }),
        committedOffsets: () => scheduler.request(this.name, () => [...world.committed.values()]),
      },
      logName: world.logName,
      group: 'group',
      jsonTopics: new Set(),
      instance: this.name,
      codec: 'null',
      clock: () => world.now,
      newRun: () => `r${++world.runCount}`,
      limits,
      metrics: {
        assigned() {},
        batchRead() {},
        committed() {},
        lostRace: () => world.count('lost races'),
        holeFound: () => world.count('holes'),
      },
      logger: silent,
      failed: (error) => this.#failed(error),
    });
    this.#ahead = new ReadAhead({
      handle: (batch) => this.consumer.batch(batch),
      jump: ({ partition }, offset) => this.#seek(partition, offset),
      failed: (error) => this.#failed(error),
      maxBytes: readAheadBytes,
      yieldTurn: () => new Promise((resolve) => scheduler.later(this.name, resolve)),
    });
    this.consumer.attach(this.#reader());
  }

  #seek(partition: number, offset: number): void {
    this.#order.sentTo({ topic, partition }, offset);
    const reading = this.#readings.get(partition);
    if (reading) reading.sought = offset;
  }

  #reader(): LogReader {
    return {
      seek: ({ partition }, offset) => {
        this.#ahead.forget({ topic, partition });
        this.#seek(partition, offset);
      },
      commit: ({ partition }, offset, metadata) =>
        this.#world.scheduler.request(this.name, () => {
          this.#world.offsetTold(partition, offset, metadata);
          const fenced = !this.inGroup || !this.#world.assignedTo(this).includes(partition);
          if (!fenced) this.#world.committed.set(partition, { partition, offset, metadata });
        }),
      lastAnswerAt: 0,
      stop: async () => undefined,
    };
  }

  #failed(error: Error): void {
    if (!this.alive) return;
    this.#world.memberFailed(error);
    this.crash(true);
  }

  /** The process ends; of its requests under way each may still arrive. */
  crash(arriving: boolean): void {
    this.alive = false;
    this.#world.scheduler.abandon(this.name, arriving);
  }

  /** The group tells the member its partitions; positions begin at Kafka's offsets until they are sought. */
  assign(partitions: readonly number[]): void {
    if (!this.alive) return;
    const before = new Map(this.#readings);
    this.#readings.clear();
    for (const partition of partitions) {
      const position = this.#world.committed.get(partition)?.offset ?? this.#world.log(partition).start;
      this.#readings.set(partition, {
        position,
        sought: undefined,
        busy: before.get(partition)?.busy ?? false,
      });
    }
    this.#ahead.forgetAll();
    this.#order.forgetAll();
    this.consumer.assigned(partitions.map((partition): TopicPartition => ({ topic, partition })));
  }

  /** Partitions from which something can be fetched. */
  get fetchable(): number[] {
    if (!this.alive) return [];
    return [...this.#readings].flatMap(([partition, { busy, position, sought }]) =>
      !busy && (sought ?? position) !== this.#world.log(partition).end ? [partition] : [],
    );
  }

  /** Fetches once; what comes is delivered later, unless the partition is sought meanwhile. */
  fetch(partition: number): void {
    const reading = this.#readings.get(partition) as Reading;
    const log = this.#world.log(partition);
    let position = reading.sought ?? reading.position;
    reading.sought = undefined;
    // Out of range: the client starts over at the beginning.
    if (position < log.start || position > log.end) position = log.start;
    const records = log.from(position, 1 + this.#world.random.below(4));
    const last = records.at(-1);
    reading.position = last ? position : log.end;
    if (!last) return;
    reading.busy = true;
    this.#world.scheduler.later(this.name, () => {
      const asked = this.#readings.get(partition);
      if (asked && asked.sought !== undefined) {
        asked.busy = false;
        return;
      }
      const inOrder = this.#order.fetched({ topic, partition }, position);
      const batch = { topic, partition, fetchedOffset: position, inOrder, endOffset: log.end, records };
      if (asked === reading) reading.position = last.offset + 1;
      const free = () => {
        const current = this.#readings.get(partition);
        if (current) current.busy = false;
      };
      const room = this.#ahead.push(batch);
      if (room) void room.then(free);
      else free();
    });
  }
}
