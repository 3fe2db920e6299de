import { hourMs } from '../../../runtime/contract/durations.ts';
import { messageCodec } from '../../../runtime/contract/message.ts';
import type { EventOf } from '../../../runtime/contract/topics.ts';
import type { CommittedOffset } from '../../../runtime/kafka/admin.ts';
import { decodeCommitRecord } from '../../../runtime/lake/commit-record.ts';
import { commitPath, logName } from '../../../runtime/lake/paths.ts';
import { sweepOrphans } from '../../../runtime/lake/sweep.ts';
import { SetupError } from '../../../runtime/program/errors.ts';
import { FakeLog } from './fake-log.ts';
import { FakeStore, type Objects } from './fake-store.ts';
import type { Member } from './member.ts';
import type { Random } from './random.ts';
import { Scheduler } from './scheduler.ts';

/** The simulated topic: the one with the smallest messages. */
export const topic = 'auth_events';
export const partitions = [0, 1] as const;

const codec = messageCodec(topic);
const event: EventOf<typeof topic> = {
  ts: 0,
  sessionId: 0,
  itemInSession: 0,
  level: 'free',
  auth: null,
  city: '',
  zip: '',
  state: '',
  lon: 0,
  lat: 0,
  userAgent: '',
  userId: null,
  firstName: null,
  lastName: null,
  gender: null,
  registration: null,
  tag: null,
  success: true,
};

/** The topic as one creation of it had it. */
interface Generation {
  readonly logs: readonly FakeLog[];
  /** By partition: below these offsets nothing need be in the lake, because a person emptied it. */
  readonly mustHaveFrom: number[];
}

/** Kafka, the lake, the clock, and what happened so far. */
export class World {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly objects: Objects = new Map();
  readonly generations: Generation[] = [];
  readonly committed = new Map<number, CommittedOffset>();
  readonly violations: string[] = [];
  readonly counts = new Map<string, number>();
  readonly #members: Member[] = [];
  readonly #owners: (Member | undefined)[] = partitions.map(() => undefined);
  /** The generation that a person configured; behind {@link generations} until they notice a new topic. */
  configured = 1;
  memberCount = 0;
  runCount = 0;
  now = Date.UTC(2026, 10, 20);
  #nextId = 1;
  #sweeper = '';

  constructor(random: Random) {
    this.random = random;
    this.scheduler = new Scheduler(random);
    this.createTopic();
  }

  get logName(): string {
    return logName('c', this.configured);
  }

  /** The name of one generation's log. */
  logNameOf(generation: number): string {
    return logName('c', generation);
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  log(partition: number): FakeLog {
    return this.generations.at(-1)?.logs[partition] as FakeLog;
  }

  storeOf(owner: string): FakeStore {
    return new FakeStore(owner, this.objects, this.scheduler, () => this.now);
  }

  get members(): readonly Member[] {
    return this.#members.filter(({ alive }) => alive);
  }

  join(member: Member): void {
    this.#members.push(member);
  }

  assignedTo(member: Member): number[] {
    return partitions.filter((partition) => this.#owners[partition] === member);
  }

  /** The group gives its partitions to members by chance and tells each of them some time later. */
  rebalance(): void {
    const inGroup = this.members.filter((member) => member.inGroup);
    for (const partition of partitions) this.#owners[partition] = this.random.pick(inGroup);
    for (const member of inGroup) {
      this.scheduler.later(member.name, () => {
        if (member.inGroup) member.assign(this.assignedTo(member));
      });
    }
  }

  produce(): void {
    const log = this.log(this.random.below(partitions.length));
    for (let records = 1 + this.random.below(6); records > 0; records--) {
      const id = this.#nextId++;
      const dice = this.random.next();
      if (dice < 0.08) log.appendGap();
      else if (dice < 0.16) log.append(Buffer.from('damaged'), this.now, { kind: 'dead letter', id });
      else {
        // Most events are of this hour, some are late.
        const ts = this.now - this.random.pick([0, 0, 0, 1, 2, 30]) * hourMs;
        log.append(codec.encode({ ...event, ts, sessionId: id }), this.now, { kind: 'row', id });
      }
    }
  }

  createTopic(): void {
    this.generations.push({
      logs: partitions.map(() => new FakeLog()),
      mustHaveFrom: partitions.map(() => 0),
    });
  }

  /** A person stops everything, and nothing that was under way arrives any more. */
  stopAll(): void {
    for (const member of this.members) member.crash(false);
    this.scheduler.abandon(this.#sweeper, false);
    this.scheduler.cutNetwork();
  }

  emptyLake(): void {
    this.stopAll();
    this.objects.clear();
    for (const { logs, mustHaveFrom } of this.generations) {
      for (const [partition, { start }] of logs.entries()) mustHaveFrom[partition] = start;
    }
  }

  sweep(): void {
    this.#sweeper = `sweeper-${++this.memberCount}`;
    sweepOrphans(this.storeOf(this.#sweeper), { clock: () => this.now }).then(
      ({ deleted }) => {
        if (deleted.length > 0) this.count('sweeps');
      },
      () => undefined,
    );
  }

  /** Kafka was told an offset: by then the lake must have everything below it. */
  offsetTold(partition: number, offset: number, metadata: string): void {
    const path = commitPath(this.logName, topic, partition, Number(metadata));
    const stored = this.objects.get(path);
    if (!stored || decodeCommitRecord(path, stored.content).nextOffset !== offset) {
      this.violations.push(
        `Kafka was told ${offset} of partition ${partition}, of which ${path} knows nothing`,
      );
    }
  }

  memberFailed(error: Error): void {
    if (error.message.startsWith('injected')) return;
    const recreated = error instanceof SetupError && error.code === 'log_recreated';
    if (recreated && this.configured < this.generations.length) this.count('recreated topics found');
    else this.violations.push(`a consumer failed: ${error.message}`);
  }
}
