import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { topicNames } from '../contract/topics.ts';
import { KafkaAdmin } from '../kafka/admin.ts';
import { kafkaConnection } from '../kafka/config.ts';
import { type LogReader, startLogReader } from '../kafka/log-reader.ts';
import { openStore } from '../lake/open-store.ts';
import { logName } from '../lake/paths.ts';
import { serveHealth } from '../program/health.ts';
import { onParentRequest, type ProgramContext, reportToParent } from '../program/run.ts';
import { awaitTopics } from './await-topics.ts';
import type { ConsumerConfig } from './config.ts';
import { Consumer } from './consumer.ts';
import { LiveStatistics } from './live-statistics.ts';
import { ConsumerMetrics } from './metrics.ts';
import { observed, publishLive } from './publish-live.ts';
import { timedStore } from './timed-store.ts';
import { kafkaSilenceSeconds, keepUp } from './upkeep.ts';

const caughtUpPollMs = 50;
/** Ticks per commit interval; a record waits at most this fraction longer than the interval. */
const ticksPerInterval = 10;
/** Commit intervals that work may stay unacknowledged before the consumer says it is not ready. */
const readyIntervals = 5;

/** Resolves when a condition holds or on the signal. */
async function untilTrue(condition: () => boolean, stop: AbortSignal): Promise<void> {
  while (!condition() && !stop.aborted) await delay(caughtUpPollMs);
}

/** How long a consumer consumes. */
export interface ConsumeOptions {
  /** End when all that the topics held at the start is in the lake. @default false */
  readonly untilCaughtUp?: boolean;
}

/** Consumes all topics of the contract into the lake until it is told to stop, or has caught up; then commits what it has. */
export async function consume(
  config: ConsumerConfig,
  { log, stop }: ProgramContext,
  { untilCaughtUp = false }: ConsumeOptions = {},
): Promise<void> {
  const connection = kafkaConnection(config, 'beatflow-consumer');
  const admin = await KafkaAdmin.connect(connection, log);
  const failure = Promise.withResolvers<never>();
  const commitIntervalMs = config.commitIntervalSeconds * 1000;
  const metrics = new ConsumerMetrics(() => ({
    heldBytes: consumer.heldBytes,
    openFiles: consumer.openFiles,
    oldestUnacknowledgedSeconds: consumer.oldestUnacknowledgedMs / 1000,
    kafkaSilenceSeconds: kafkaSilence(),
  }));
  let reader: LogReader | undefined;
  const kafkaSilence = () => (reader ? (Date.now() - reader.lastAnswerAt) / 1000 : 0);
  const store = timedStore(openStore(config.lake, { onRetry: () => metrics.storeRetried() }), (seconds) =>
    metrics.created(seconds),
  );
  const instance = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const jsonTopics = new Set<string>(config.jsonTopics);
  const statistics = new LiveStatistics(instance, Date.now, jsonTopics);
  const consumer = new Consumer({
    store,
    admin,
    logName: logName(await admin.clusterId(), config.logGeneration),
    group: config.group,
    jsonTopics,
    instance,
    codec: config.codec,
    clock: Date.now,
    newRun: () => randomBytes(4).toString('hex'),
    limits: {
      commitIntervalMs,
      bufferBytes: config.bufferMiB << 20,
      maxOpenHours: config.maxOpenHours,
    },
    metrics,
    log,
    failed: failure.reject,
  });
  let missingTopics: readonly string[] = [];
  const health = await serveHealth({
    host: config.healthHost,
    port: config.healthPort,
    registry: metrics.registry,
    log,
    live: () => ({ healthy: true }),
    ready() {
      if (missingTopics.length > 0) return { healthy: false, reason: `no topic ${missingTopics.join(', ')}` };
      const silence = kafkaSilence();
      if (silence > kafkaSilenceSeconds) {
        return { healthy: false, reason: `Kafka has not answered for ${Math.round(silence)} s` };
      }
      if (!consumer.joined) return { healthy: false, reason: 'not yet a member of the consumer group' };
      const age = consumer.oldestUnacknowledgedMs;
      if (age <= readyIntervals * commitIntervalMs) return { healthy: true };
      return {
        healthy: false,
        reason: `the oldest record read ${Math.round(age / 1000)} s ago is not in the lake`,
      };
    },
  });
  await awaitTopics({
    admin,
    topics: topicNames,
    log,
    stop,
    missing(absent) {
      missingTopics = absent;
      metrics.missingTopics(absent.length);
    },
  });
  if (stop.aborted) {
    health.close();
    await admin.disconnect();
    return;
  }
  reader = await startLogReader({
    connection,
    groupId: config.group,
    topics: topicNames,
    log,
    handler: observed(consumer, statistics),
  });
  consumer.attach(reader);
  onParentRequest('commit', () => consumer.commitNow());
  reportToParent({ type: 'started' });
  const stopLive = publishLive({
    store,
    instance,
    statistics,
    oldestUnacknowledgedMs: () => consumer.oldestUnacknowledgedMs,
    log,
  });
  const stopUpkeep = keepUp({
    log,
    store,
    kafkaSilence,
    work: () => ({ ...metrics.work(), workAgeSeconds: consumer.oldestUnacknowledgedMs / 1000 }),
  });
  const ticking = setInterval(() => consumer.tick(), commitIntervalMs / ticksPerInterval);
  try {
    const stopped = new Promise<void>((resolve) =>
      stop.addEventListener('abort', () => resolve(), { once: true }),
    );
    const caughtUp = untilCaughtUp ? untilTrue(() => consumer.caughtUp, stop) : stopped;
    await Promise.race([stop.aborted ? undefined : stopped, caughtUp, failure.promise]);
    await Promise.race([consumer.drain(), failure.promise]);
  } finally {
    clearInterval(ticking);
    stopUpkeep();
    await stopLive();
    health.close();
    await reader.stop();
    await admin.disconnect();
  }
}
