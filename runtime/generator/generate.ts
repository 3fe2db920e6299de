import { createHash } from 'node:crypto';
import { kafkaConnection } from '../kafka/config.ts';
import { connectProducer } from '../kafka/producer.ts';
import { SetupError } from '../program/errors.ts';
import type { ProgramContext } from '../program/run.ts';
import { defaultBehaviour } from './behaviour/default.ts';
import { CheckpointFile, type RunIdentity } from './checkpoint.ts';
import type { GeneratorConfig } from './config.ts';
import { noEvents, totalOf } from './engine/engine.ts';
import { Part } from './engine/part.ts';
import { ProgressReporter } from './progress.ts';
import { runWindow } from './run.ts';
import type { SimulationSettings } from './simulation/settings.ts';
import { shardCount } from './simulation/settings.ts';
import { KafkaSink } from './sinks/kafka.ts';

const hourMs = 3_600_000;
const dayMs = 86_400_000;

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

function identityOf(config: GeneratorConfig): RunIdentity {
  return {
    seed: config.seed,
    users: config.users,
    growthRate: config.growthRate,
    attritionRate: config.attritionRate,
    tag: config.tag ?? null,
    startTime: config.startTime === undefined ? null : new Date(config.startTime).toISOString(),
    backfillDays: config.startTime === undefined ? config.backfillDays : null,
    behaviour: hashOf(defaultBehaviour),
  };
}

/** The window's start: as configured, else so many days back, at a full hour. */
function startOf(config: GeneratorConfig, now: number): number {
  return config.startTime ?? Math.floor((now - config.backfillDays * dayMs) / hourMs) * hourMs;
}

/**
 * Generates events into Kafka: the past of the window at full speed, then live.
 * @throws SetupError `configuration` for a window that ends before it begins, or a checkpoint of another run
 */
export async function generate(config: GeneratorConfig, { log, stop }: ProgramContext): Promise<void> {
  const identity = identityOf(config);
  const checkpoint = config.stateFolder === undefined ? undefined : new CheckpointFile(config.stateFolder);
  const stored = await checkpoint?.load(identity);
  const startMs = stored?.startMs ?? startOf(config, Date.now());
  const endMs = config.endTime ?? (config.live ? undefined : Date.now());
  if (endMs !== undefined && endMs <= startMs) {
    throw new SetupError(
      'configuration',
      `the window ends at ${new Date(endMs).toISOString()}, before its start at ${new Date(startMs).toISOString()}: ` +
        'give an end after the start',
    );
  }

  const settings: SimulationSettings = {
    behaviour: defaultBehaviour,
    seed: config.seed,
    startMs,
    endMs,
    users: config.users,
    growthRate: config.growthRate,
    attritionRate: config.attritionRate,
    firstUserId: 1,
    eventsimCompat: false,
  };
  const part = new Part({
    settings,
    tag: config.tag ?? null,
    formats: ['avro'],
    shards: Array.from({ length: shardCount }, (_, shard) => shard),
  });
  if (stored) {
    log.info(
      { safeUntil: new Date(startMs + stored.safeUntil * 1000).toISOString() },
      'going on from the checkpoint',
    );
    part.replay(stored.safeUntil);
  }

  const producer = await connectProducer(kafkaConnection(config, 'beatflow-generator'), { log });
  const sink = new KafkaSink(producer);
  const events = stored?.events ?? noEvents;
  const progress = new ProgressReporter(log, totalOf(events));
  try {
    await runWindow({
      source: {
        get now() {
          return part.simulator.now;
        },
        advance: async (until) => part.advance(until),
      },
      sinks: [sink],
      startMs,
      endMs,
      waitForTheClock: config.live,
      identity,
      checkpoint,
      events,
      stop,
      progress: (report) => progress.update(report),
      caughtUp: (safe) => progress.caughtUp(safe),
      clock: Date.now,
    });
  } finally {
    await sink.close();
    progress.finish();
  }
}
