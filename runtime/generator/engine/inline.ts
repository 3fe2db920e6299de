import type { Engine, ShardState, Slice } from './engine.ts';
import { Part, type PartProps } from './part.ts';

/** Runs the whole population in this thread. */
export class InlineEngine implements Engine {
  readonly #part: Part;

  constructor(props: PartProps) {
    this.#part = new Part({ ...props, slicesKept: 2 });
  }

  get now(): number {
    return this.#part.simulator.now;
  }

  async advance(until: number): Promise<Slice> {
    return this.#part.advance(until);
  }

  release(): void {}

  async replay(until: number): Promise<void> {
    this.#part.replay(until);
  }

  async *save(): AsyncIterable<ShardState> {
    for (const shard of this.#part.shards) yield this.#part.save(shard);
  }

  async close(): Promise<void> {}
}
