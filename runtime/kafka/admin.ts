import { setTimeout as delay } from 'node:timers/promises';
import kafkajs, { type Admin } from 'kafkajs';
import { hourMs } from '../contract/durations.ts';
import { SetupError } from '../program/errors.ts';
import type { Logger } from '../program/logger.ts';
import { createClient } from './client.ts';
import type { KafkaConnection } from './config.ts';
import { connectOrExplain } from './security.ts';

// Named imports reach only a few of kafkajs's exports from an ES module.
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ConfigResourceTypes, ResourcePatternTypes } =
  kafkajs;

const operations = {
  read: AclOperationTypes.READ,
  write: AclOperationTypes.WRITE,
  describe: AclOperationTypes.DESCRIBE,
} as const;

/** What one user may do with one topic or consumer group. */
export interface KafkaGrant {
  readonly user: string;
  readonly may: 'read' | 'write' | 'describe';
  readonly on: 'topic' | 'group';
  readonly name: string;
}

/** The offsets a partition's log holds: `start` is its first, `end` the next to be written. */
export interface PartitionLog {
  readonly partition: number;
  readonly start: number;
  readonly end: number;
}

/** What a consumer group last told Kafka about a partition. */
export interface CommittedOffset {
  readonly partition: number;
  readonly offset: number;
  readonly metadata: string | null;
}

/** An offset as a number; Kafka's 64-bit offsets stay far below 2^53. */
export function offsetNumber(offset: string): number {
  const value = Number(offset);
  if (!Number.isSafeInteger(value)) throw new RangeError(`offset ${offset} is not a safe integer`);
  return value;
}

/** Whether the broker refused a request because of who asks. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { type, errors } = error as { type?: unknown; errors?: unknown };
  return (
    (typeof type === 'string' && type.endsWith('_AUTHORIZATION_FAILED')) ||
    (Array.isArray(errors) && errors.some(isRefusal))
  );
}

/** Errors of a broker that has not heard yet of a topic, or of its leader, which another one has just agreed to. */
const notYet: readonly unknown[] = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'];

function isNotYet(error: unknown): boolean {
  const { type, cause } = error as { type?: unknown; cause?: unknown };
  return notYet.includes(type) || (cause !== undefined && isNotYet(cause));
}

/** How long new topics may take to have leaders, and how often to look, milliseconds. */
const leaderWait = { deadlineMs: 30_000, pauseMs: 100 } as const;

/** Asks a cluster about itself and creates topics. */
export class KafkaAdmin {
  readonly #admin: Admin;

  private constructor(admin: Admin) {
    this.#admin = admin;
  }

  /** Connects; resolves once the cluster answers. */
  static async connect(connection: KafkaConnection, logger: Logger): Promise<KafkaAdmin> {
    const admin = createClient(connection, logger).admin();
    await connectOrExplain(() => admin.connect(), connection.brokers);
    return new KafkaAdmin(admin);
  }

  /** The id of the cluster, which names its logs in the lake. */
  async clusterId(): Promise<string> {
    return (await this.#admin.describeCluster()).clusterId;
  }

  /** Creates the topics that do not exist and adds partitions to those that have fewer; never removes any. */
  async ensureTopics(partitionsByTopic: Readonly<Record<string, number>>): Promise<void> {
    const existing = new Set(await this.#admin.listTopics());
    const missing = Object.entries(partitionsByTopic).filter(([topic]) => !existing.has(topic));
    if (missing.length > 0) {
      await this.#admin.createTopics({
        // kafkajs waits where a leader is not known, and fails where the topic is not: see awaitLeaders.
        waitForLeaders: false,
        topics: missing.map(([topic, numPartitions]) => ({
          topic,
          numPartitions,
          // As the cluster has it: one on a broker of ours, three or more elsewhere.
          replicationFactor: -1,
        })),
      });
      await this.#awaitLeaders(missing.map(([topic]) => topic));
    }
    const present = Object.keys(partitionsByTopic).filter((topic) => existing.has(topic));
    if (present.length === 0) return;
    const { topics } = await this.#admin.fetchTopicMetadata({ topics: present });
    const growing = topics.filter(
      ({ name, partitions }) => partitions.length < (partitionsByTopic[name] ?? 0),
    );
    if (growing.length > 0) {
      await this.#admin.createPartitions({
        topicPartitions: growing.map(({ name }) => ({
          topic: name,
          count: partitionsByTopic[name] as number,
        })),
      });
    }
  }

  /** Waits until all partitions of new topics have a leader. @throws Error after the deadline, with the broker's answer */
  async #awaitLeaders(topics: string[]): Promise<void> {
    const deadline = performance.now() + leaderWait.deadlineMs;
    let answer: unknown;
    while (performance.now() < deadline) {
      try {
        const { topics: known } = await this.#admin.fetchTopicMetadata({ topics });
        if (known.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))) return;
      } catch (error) {
        if (!isNotYet(error)) throw error;
        answer = error;
      }
      await delay(leaderWait.pauseMs);
    }
    throw new Error(
      `the new topics ${topics.join(', ')} have no leader after ${leaderWait.deadlineMs / 1000} s: see the broker's log`,
      { cause: answer },
    );
  }

  /** Says for how long records stay in topics; has no effect where they already do. */
  async keepFor(topics: readonly string[], hours: number): Promise<void> {
    await this.#admin.alterConfigs({
      validateOnly: false,
      resources: topics.map((name) => ({
        type: ConfigResourceTypes.TOPIC,
        name,
        configEntries: [{ name: 'retention.ms', value: String(hours * hourMs) }],
      })),
    });
  }

  /** Lets users do things with topics and groups; what they may already is left as it is. */
  async allow(grants: readonly KafkaGrant[]): Promise<void> {
    await this.#admin.createAcls({
      acl: grants.map(({ user, may, on, name }) => ({
        resourceType: on === 'topic' ? AclResourceTypes.TOPIC : AclResourceTypes.GROUP,
        resourceName: name,
        resourcePatternType: ResourcePatternTypes.LITERAL,
        principal: `User:${user}`,
        host: '*',
        operation: operations[may],
        permissionType: AclPermissionTypes.ALLOW,
      })),
    });
  }

  /** Those of `topics` that the cluster does not have. */
  async missingTopics(topics: readonly string[]): Promise<string[]> {
    const existing = new Set(await this.#admin.listTopics());
    return topics.filter((topic) => !existing.has(topic));
  }

  /** The first and next offset of each partition of a topic, by partition number. */
  async partitionLogs(topic: string): Promise<PartitionLog[]> {
    const offsets = await this.#admin.fetchTopicOffsets(topic);
    return offsets
      .map(({ partition, low, high }) => ({ partition, start: offsetNumber(low), end: offsetNumber(high) }))
      .sort((left, right) => left.partition - right.partition);
  }

  /**
   * The first and next offset of one partition.
   * @throws SetupError `topic_missing` where the topic has no such partition.
   */
  async partitionLog(topic: string, partition: number): Promise<PartitionLog> {
    const log = (await this.partitionLogs(topic)).find((candidate) => candidate.partition === partition);
    if (!log) {
      throw new SetupError('topic_missing', `topic ${topic} has no partition ${partition} on the cluster`);
    }
    return log;
  }

  /** What `groupId` last committed for each partition of `topic`; partitions without a commit are left out. */
  async committedOffsets(groupId: string, topic: string): Promise<CommittedOffset[]> {
    const [offsets] = await this.#admin.fetchOffsets({ groupId, topics: [topic] });
    return (offsets?.partitions ?? [])
      .map(({ partition, offset, metadata }) => ({ partition, offset: offsetNumber(offset), metadata }))
      .filter(({ offset }) => offset >= 0);
  }

  disconnect(): Promise<void> {
    return this.#admin.disconnect();
  }
}
