import { setTimeout as delay } from 'node:timers/promises';
import { topicNames } from '../contract/topics.ts';
import { KafkaAdmin } from '../kafka/admin.ts';
import { kafkaConnection } from '../kafka/config.ts';
import { startLogReader } from '../kafka/log-reader.ts';
import { serveHealth } from '../program/health.ts';
import { onParentRequest, type ProgramContext, reportToParent } from '../program/run.ts';
import { assembleConsumer } from './assemble.ts';
import { awaitTopics } from './await-topics.ts';
import type { ConsumerConfig } from './config.ts';
import type { Consumer } from './consumer.ts';
import { observed, publishLive } from './publish-live.ts';
import { readiness } from './readiness.ts';
import { keepUp } from './upkeep.ts';

const caughtUpPollMs = 50;
/** Ticks per commit interval; a record waits at most this fraction longer than the interval. */
const ticksPerInterval = 10;

/** How long a consumer consumes. */
interface ConsumeOptions {
  /** End when all that the topics held at the start is in the lake. @default false */
  readonly untilCaughtUp?: boolean;
}

/** Consumes all topics of the contract into the lake until it is told to stop, or has caught up; then commits what it has. */
export async function consume(
  config: ConsumerConfig,
  { logger, stop }: ProgramContext,
  { untilCaughtUp = false }: ConsumeOptions = {},
): Promise<void> {
  const connection = kafkaConnection(config, 'beatflow-consumer');
  const admin = await KafkaAdmin.connect(connection, logger);
  const closing: (() => unknown)[] = [() => admin.disconnect()];
  try {
    const assembled = await assembleConsumer(config, admin, logger);
    const { consumer, metrics, statistics, failure } = assembled;
    const commitIntervalMs = config.commitIntervalSeconds * 1000;
    let missingTopics: readonly string[] = [];
    const health = await serveHealth({
      host: config.healthHost,
      port: config.healthPort,
      registry: metrics.registry,
      logger,
      live: () => ({ healthy: true }),
      ready: () => readiness({ consumer, missingTopics, commitIntervalMs }),
    });
    closing.push(() => health.close());
    await awaitTopics({
      admin,
      topics: topicNames,
      logger,
      stop,
      missing(absent) {
        missingTopics = absent;
        metrics.missingTopics(absent.length);
      },
    });
    if (stop.aborted) return;
    const reader = await startLogReader({
      connection,
      groupId: config.group,
      topics: topicNames,
      logger,
      handler: observed(consumer, statistics),
    });
    closing.push(() => reader.stop());
    consumer.attach(reader);
    onParentRequest('commit', () => consumer.commitNow());
    reportToParent({ type: 'started' });
    closing.push(publishLive({ ...assembled, logger }), keepUp({ ...assembled, logger }));
    const ticking = setInterval(() => consumer.tick(), commitIntervalMs / ticksPerInterval);
    closing.push(() => clearInterval(ticking));
    await Promise.race([enough(consumer, stop, untilCaughtUp), failure]);
    await Promise.race([consumer.drain(), failure]);
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** Resolves on the signal, or when the consumer has caught up where that is all that is wanted. */
async function enough(consumer: Consumer, stop: AbortSignal, untilCaughtUp: boolean): Promise<void> {
  const stopped = new Promise<void>((resolve) =>
    stop.addEventListener('abort', () => resolve(), { once: true }),
  );
  if (!untilCaughtUp) return stop.aborted ? undefined : stopped;
  while (!consumer.caughtUp && !stop.aborted) await delay(caughtUpPollMs);
}
