import { Worker } from 'node:worker_threads';
import { shardCount } from '../simulation/settings.ts';
import { type Engine, type FormatName, joinSlices, type ShardState, type Slice } from './engine.ts';
import type { EngineProps } from './part.ts';
import type { WorkerAnswer, WorkerRequest } from './protocol.ts';
import { workerModule } from './worker-module.ts';

/** The shards of each of several parts: contiguous, so that joined parts are in the order of shards. */
export function divideShards(parts: number): readonly (readonly number[])[] {
  const shards = Array.from({ length: shardCount }, (_, shard) => shard);
  return Array.from({ length: parts }, (_, part) =>
    shards.filter((shard) => Math.floor((shard * parts) / shardCount) === part),
  );
}

/** One worker thread, asked one thing after the other. */
class PartWorker {
  readonly shards: readonly number[];
  // A simulation makes hardly any garbage: a small young generation saves 30 MiB a worker.
  readonly #worker = new Worker(workerModule, {
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
  readonly #waiting: PromiseWithResolvers<WorkerAnswer>[] = [];
  #failure: Error | undefined;
  #spare: ArrayBuffer[] = [];

  constructor(shards: readonly number[]) {
    this.shards = shards;
    this.#worker.on('message', (answer: WorkerAnswer) => this.#waiting.shift()?.resolve(answer));
    this.#worker.on('error', (error) => this.#fail(error as Error));
    this.#worker.on('exit', (code) => this.#fail(new Error(`a simulation worker ended with code ${code}`)));
  }

  async ask(request: WorkerRequest, transfer: ArrayBuffer[] = []): Promise<WorkerAnswer> {
    if (this.#failure) throw this.#failure;
    const waiting = Promise.withResolvers<WorkerAnswer>();
    this.#waiting.push(waiting);
    this.#worker.postMessage(request, transfer);
    return waiting.promise;
  }

  async advance(until: number): Promise<Slice> {
    const returned = this.#spare;
    this.#spare = [];
    const answer = await this.ask({ type: 'advance', until, returned }, returned);
    if (answer.type !== 'slice') throw new Error(`expected a slice, got ${answer.type}`);
    return answer.slice;
  }

  giveBack(buffer: ArrayBuffer): void {
    this.#spare.push(buffer);
  }

  async close(): Promise<void> {
    this.#worker.removeAllListeners('exit');
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#failure = error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }
}

/** Runs the parts of a population in worker threads, side by side from slice to slice. */
export class ThreadedEngine implements Engine {
  readonly #workers: readonly PartWorker[];
  #now: number;

  private constructor(workers: readonly PartWorker[], now: number) {
    this.#workers = workers;
    this.#now = now;
  }

  /** Starts the workers; resolves when each has its listeners. */
  static async start(
    props: EngineProps,
    workers: number,
    states?: readonly ShardState[],
  ): Promise<ThreadedEngine> {
    const parts = divideShards(workers).map((shards) => new PartWorker(shards));
    await Promise.all(
      parts.map((part) => {
        const own = states?.filter(({ shard }) => part.shards.includes(shard));
        return part.ask({
          type: 'start',
          props: { ...props, shards: part.shards, ...(own ? { states: own } : {}) },
        });
      }),
    );
    return new ThreadedEngine(parts, states?.[0]?.now ?? 0);
  }

  get now(): number {
    return this.#now;
  }

  async advance(until: number): Promise<Slice> {
    this.#now = until;
    return joinSlices(await Promise.all(this.#workers.map((worker) => worker.advance(until))));
  }

  release({ encoded }: Slice): void {
    for (const format of Object.keys(encoded) as FormatName[]) {
      encoded[format]?.forEach((topics, part) => {
        for (const { bytes } of topics) this.#workers[part]?.giveBack(bytes.buffer as ArrayBuffer);
      });
    }
  }

  async replay(until: number): Promise<void> {
    this.#now = until;
    await Promise.all(this.#workers.map((worker) => worker.ask({ type: 'replay', until })));
  }

  async *save(): AsyncIterable<ShardState> {
    for (const worker of this.#workers) {
      for (const shard of worker.shards) {
        const answer = await worker.ask({ type: 'save', shard });
        if (answer.type !== 'state') throw new Error(`expected a state, got ${answer.type}`);
        yield answer.state;
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }
}
