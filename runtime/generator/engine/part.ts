import { dayMs } from '../../contract/durations.ts';
import { stateFlag } from '../behaviour/machine.ts';
import type { CatalogueSource } from '../catalogue/source.ts';
import { openCatalogue } from '../catalogue/source.ts';
import { avroNotation } from '../encode/avro.ts';
import { Encoder } from '../encode/encoder.ts';
import { jsonNotation } from '../encode/json.ts';
import type { Notation } from '../encode/notation.ts';
import { numberingOf } from '../encode/numbering.ts';
import type { World } from '../encode/world.ts';
import { loadPeople } from '../people/people.ts';
import { eventFlag } from '../simulation/batch.ts';
import { Population } from '../simulation/population.ts';
import type { SimulationSettings } from '../simulation/settings.ts';
import { Simulator } from '../simulation/simulator.ts';
import type { FormatName, ShardState, Slice, TopicCounts } from './engine.ts';

/** What a run is made from; plain data, so that it can be sent to a worker. */
export interface EngineProps {
  readonly settings: SimulationSettings;
  readonly tag: string | null;
  readonly catalogue: CatalogueSource;
  readonly formats: readonly FormatName[];
}

/** What a part of a run is made from. */
export interface PartProps extends EngineProps {
  /** The shards of this part, ascending and without gaps. */
  readonly shards: readonly number[];
  /** The shards' states to go on from. */
  readonly states?: readonly ShardState[];
  /** How many slices stay valid: the last one, or the one before it as well. @default 1 */
  readonly slicesKept?: 1 | 2;
}

const notations: Readonly<Record<FormatName, (world: World) => Notation>> = {
  avro: () => avroNotation,
  json: jsonNotation,
};
const replayStepSeconds = 3600;

/** Simulates and encodes some shards of a population. */
export class Part {
  readonly simulator: Simulator;
  readonly shards: readonly number[];
  readonly #encoders: ReadonlyMap<FormatName, Encoder>;

  constructor(props: PartProps) {
    const { settings } = props;
    const people = loadPeople();
    const startDay = Math.floor(settings.startMs / dayMs);
    const catalogue = openCatalogue(props.catalogue, settings.seed, startDay);
    this.shards = props.shards;
    this.simulator = new Simulator({
      settings,
      catalogue,
      people,
      shards: props.shards,
      ...(props.states ? { restored: props.states.map(restore) } : {}),
    });
    const world: World = {
      machine: this.simulator.machine,
      people,
      catalogue,
      tag: props.tag,
      eventsimCompat: settings.eventsimCompat,
    };
    this.#encoders = new Map(
      props.formats.map((format) => [
        format,
        new Encoder({
          notation: notations[format](world),
          world,
          numbering: numberingOf(settings),
          batchesKept: props.slicesKept ?? 1,
        }),
      ]),
    );
  }

  /** Goes on to `until` without encoding: what happened there is safe from an earlier start. */
  replay(until: number): void {
    while (this.simulator.now < until) {
      this.simulator.advance(Math.min(until, this.simulator.now + replayStepSeconds));
    }
  }

  /** Goes on to `until`; the encoded events are valid for as many slices as are kept. */
  advance(until: number): Slice {
    const from = this.simulator.now;
    this.simulator.advance(until);
    const encoded = Object.fromEntries(
      [...this.#encoders].map(([format, encoder]) => [format, [encoder.encode(this.simulator)]]),
    );
    const { users, populations } = this.simulator;
    const sessions = populations.reduce((sum, population) => sum + population.sessions, 0);
    return { from, until, encoded, counts: this.#counts(), users, sessions };
  }

  /** A copy of a shard's state. */
  save(shard: number): ShardState {
    const population = this.simulator.populations[shard - (this.shards[0] ?? 0)];
    if (!population) throw new RangeError(`shard ${shard} is not in this part`);
    const words = population.save();
    return { shard, ...this.simulator.clock, count: population.count, sessions: population.sessions, words };
  }

  /** Counted from the batch, so that a part without an encoder counts as well. */
  #counts(): TopicCounts {
    const { batch, machine } = this.simulator;
    // Each topic by name: one that the encoder writes and nobody counts must not compile.
    const counts: { -readonly [T in keyof TopicCounts]: number } = {
      listen_events: 0,
      page_view_events: batch.count,
      auth_events: 0,
      status_change_events: 0,
    };
    for (let row = 0; row < batch.count; row++) {
      const flags = machine.flags[batch.state[row] as number] as number;
      if (flags & stateFlag.song) counts.listen_events++;
      if (flags & stateFlag.statusChange) counts.status_change_events++;
      if ((batch.flags[row] as number) & eventFlag.auth) counts.auth_events++;
    }
    return counts;
  }
}

function restore({ shard, count, sessions, words, now, arrivals }: ShardState) {
  return { population: Population.restore(shard, { count, sessions, words }), clock: { now, arrivals } };
}
