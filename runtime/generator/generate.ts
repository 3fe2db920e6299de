import { dayMs } from '../contract/durations.ts';
import { connectProducer } from '../kafka/producer.ts';
import type { ObjectStore } from '../lake/object-store.ts';
import { openStore } from '../lake/open-store.ts';
import type { Logger } from '../program/logger.ts';
import type { ProgramContext } from '../program/run.ts';
import { publishCatalogue, referenceCatalogue } from './catalogue/reference.ts';
import { openCatalogue } from './catalogue/source.ts';
import { type Checkpoint, CheckpointKeeper, CheckpointStore, resume } from './checkpoint.ts';
import { type Engine, type FormatName, noEvents, totalOf } from './engine/engine.ts';
import { InlineEngine } from './engine/inline.ts';
import type { EngineProps } from './engine/part.ts';
import { SnapshotStore } from './engine/snapshot.ts';
import { divideShards, ThreadedEngine } from './engine/threads.ts';
import type { RunPlan } from './plan.ts';
import { ProgressReporter } from './progress.ts';
import { runWindow } from './run.ts';
import { isSimulated } from './simulated-topics.ts';
import { AvroFilesSink } from './sinks/avro-files.ts';
import { CountSink } from './sinks/count.ts';
import { JsonFilesSink } from './sinks/json-files.ts';
import { KafkaSink } from './sinks/kafka.ts';
import type { Sink, SinkPosition } from './sinks/sink.ts';
import { StreamSink } from './sinks/stream.ts';

/**
 * How often progress is kept, milliseconds: a folder takes every second of a live run; requests to a bucket cost, and
 * what a crash makes a run send again is the same to the byte, so that staging drops it.
 */
const pace = {
  folder: { checkpointEveryMs: 250, snapshotEveryMs: 60_000 },
  bucket: { checkpointEveryMs: 10_000, snapshotEveryMs: 600_000 },
} as const;
/** How long outputs may take to close: a producer waits for a broker that is away. */
const closeGraceMs = 2000;

async function openSink(
  output: string,
  plan: RunPlan,
  logger: Logger,
  position: SinkPosition | undefined,
): Promise<Sink> {
  const colon = output.indexOf(':');
  const kind = colon < 0 ? output : output.slice(0, colon);
  const target = colon < 0 ? '' : output.slice(colon + 1);
  switch (kind) {
    case 'kafka': {
      const connection = {
        brokers: plan.kafkaBrokers,
        clientId: 'beatflow-generator',
        security: plan.kafkaSecurity,
      };
      return new KafkaSink(await connectProducer(connection, { logger }));
    }
    case 'json':
      return JsonFilesSink.open(target, position);
    case 'avro':
      return AvroFilesSink.open(target, position);
    case 'stdout':
      return new StreamSink(process.stdout, isSimulated(target) ? target : 'page_view_events');
    default:
      return new CountSink();
  }
}

async function openEngine(
  props: EngineProps,
  workers: number,
  snapshots: SnapshotStore | undefined,
  safeUntil: number | undefined,
): Promise<Engine> {
  const states = safeUntil === undefined ? undefined : await snapshots?.load(safeUntil);
  const engine =
    workers > 0
      ? await ThreadedEngine.start(props, workers, states)
      : new InlineEngine({ ...props, shards: divideShards(1).flat(), ...(states ? { states } : {}) });
  if (safeUntil !== undefined) await engine.replay(safeUntil);
  return engine;
}

/** Leaves the songs of the run beside its checkpoint and in the lake, where the plan names them. */
async function leaveCatalogue(
  plan: RunPlan,
  startMs: number,
  { state, logger }: { readonly state: ObjectStore | undefined; readonly logger: Logger },
): Promise<void> {
  const { lake } = plan;
  if (state === undefined && lake === undefined) return;
  const startDay = Math.floor(startMs / dayMs);
  const catalogue = referenceCatalogue(openCatalogue(plan.catalogue, plan.settings.seed, startDay), startDay);
  await state?.overwrite('catalogue.jsonl', Buffer.from(catalogue.lines));
  if (lake === undefined) return;
  const outcome = await publishCatalogue(catalogue, openStore(lake, retriesTo(logger)));
  logger.info({ source: catalogue.source, outcome }, 'songs in the lake');
}

const retriesTo = (logger: Logger) => ({
  onRetry: ({ message }: Error) => logger.warn({ reason: message }, 'repeating a request to the bucket'),
});

/** Where a run goes on; undefined where it begins anew. */
async function resumption(
  plan: RunPlan,
  checkpoints: CheckpointStore | undefined,
  logger: Logger,
): Promise<Checkpoint | undefined> {
  const found = await checkpoints?.load();
  if (!found) return undefined;
  const { checkpoint, changes } = resume(found, plan.identity, plan.onChange, String(plan.state));
  const safeUntil = new Date(checkpoint.startMs + checkpoint.safeUntil * 1000).toISOString();
  if (changes.length > 0)
    logger.warn({ safeUntil, changes }, 'a new run follows the one with other settings');
  else logger.info({ safeUntil }, 'going on from the checkpoint');
  return checkpoint;
}

/**
 * Generates events into the outputs of a plan: the past of the window at full speed, then, if it is to go on, live.
 * Beside its checkpoint it leaves `catalogue.jsonl`, all songs of the run, and the same in the lake for the warehouse.
 * @throws SetupError `configuration` for a checkpoint of another run, or outputs that cannot be opened
 */
export async function generate(plan: RunPlan, { logger, stop }: ProgramContext): Promise<void> {
  for (const note of plan.notes) logger.info({ note }, 'note on the configuration');
  const state = plan.state === undefined ? undefined : openStore(plan.state, retriesTo(logger));
  const { checkpointEveryMs, snapshotEveryMs } = plan.state?.startsWith('gs:') ? pace.bucket : pace.folder;
  const checkpoints = state && new CheckpointStore(state);
  const keeper = checkpoints && new CheckpointKeeper(checkpoints, checkpointEveryMs);
  const stored = await resumption(plan, checkpoints, logger);
  const startMs = stored?.startMs ?? plan.startMs;
  const snapshots = state && new SnapshotStore(state, runName(plan, startMs));

  await leaveCatalogue(plan, startMs, { state, logger });

  const sinks: Sink[] = [];
  let engine: Engine | undefined;
  const progress = new ProgressReporter(logger, totalOf(stored?.events ?? noEvents));
  try {
    for (const output of plan.outputs) {
      const sink = await unlessStopped(openSink(output, plan, logger, stored?.outputs[output]), stop);
      if (!sink) return;
      sinks.push(sink);
    }
    // Before the first event: a start after a crash must not choose another beginning.
    const beginning = stored ?? { safeUntil: 0, events: noEvents };
    await checkpoints?.save(checkpointOf(plan, startMs, beginning, sinks));
    const formats = [...new Set(sinks.flatMap(({ format }): FormatName[] => (format ? [format] : [])))];
    const props: EngineProps = {
      settings: { ...plan.settings, startMs, endMs: plan.endMs },
      tag: plan.tag ?? null,
      catalogue: plan.catalogue,
      formats,
    };
    engine = await openEngine(props, plan.workers, snapshots, stored?.safeUntil);
    const running = engine;
    await runWindow({
      engine,
      sinks,
      startMs,
      endMs: plan.endMs,
      waitForTheClock: plan.waitForTheClock,
      events: stored?.events ?? noEvents,
      stop,
      safe: async (report) => {
        await keeper?.keep(checkpointOf(plan, startMs, report, sinks));
        progress.update(report);
      },
      caughtUp: (events) => progress.caughtUp(events),
      rest: async () => {
        await keeper?.flush();
        await snapshots?.save(running);
      },
      restEveryMs: snapshotEveryMs,
      clock: Date.now,
    });
  } finally {
    await keeper?.flush();
    await unlessStopped(Promise.all(sinks.map((sink) => sink.close())), AbortSignal.timeout(closeGraceMs));
    await engine?.close();
    progress.finish();
  }
}

/** A name that two runs share only when their events are the same. */
const runName = ({ identity }: RunPlan, startMs: number) => JSON.stringify({ identity, startMs });

/** What a promise gives, or undefined once the signal is aborted. */
async function unlessStopped<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const stopped = Promise.withResolvers<undefined>();
  const end = () => stopped.resolve(undefined);
  if (signal.aborted) end();
  signal.addEventListener('abort', end);
  try {
    return await Promise.race([promise, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}

function checkpointOf(
  plan: RunPlan,
  startMs: number,
  { safeUntil, events }: Pick<Checkpoint, 'safeUntil' | 'events'>,
  sinks: readonly Sink[],
): Checkpoint {
  const outputs = Object.fromEntries(plan.outputs.map((output, i) => [output, sinks[i]?.position() ?? {}]));
  return { identity: plan.identity, startMs, safeUntil, events, outputs };
}
