import { stateFlag } from '../behaviour/machine.ts';
import type { SimulatedTopic } from '../simulated-topics.ts';
import { eventFlag } from '../simulation/batch.ts';
import { type Population, recordWords, word } from '../simulation/population.ts';
import { shardCount } from '../simulation/settings.ts';
import type { Simulator } from '../simulation/simulator.ts';
import { Arena, type Region } from './arena.ts';
import { Composer, type Messages } from './compose.ts';
import { situationOf, situations, slots } from './event.ts';
import { type Run, type Step, StepWriter } from './message.ts';
import type { Notation } from './notation.ts';
import { type EncodedTopic, TopicOutput } from './output.ts';
import type { World } from './world.ts';

/** What numbering a run's users and sessions need. */
export interface Numbering {
  readonly startMs: number;
  readonly firstUserId: number;
  /** Added to every session number. */
  readonly sessionBase: number;
}

type TopicOutputs = Readonly<Record<SimulatedTopic, TopicOutput>>;

const scratchBytes = 256;
/** Room for the slices of a run: 8,192 page views of 520 bytes and some more. */
const regionBytes = { large: 6 << 20, small: 1 << 18 } as const;

/** Writes a simulator's batches as messages of the four topics, in the order in which Eventsim writes them. */
export class Encoder {
  readonly #numbering: Numbering;
  /** By {@link situationOf}. */
  readonly #messages: readonly Messages[];
  readonly #times: readonly Step[];
  readonly #writer = new StepWriter();
  readonly #scratch: Region;
  /** The outputs of a batch by topic; those of different batches are taken in turn. */
  readonly #outputs: readonly TopicOutputs[];
  #turn = 0;
  /** Of the current event, by {@link slots}. */
  readonly #values = new Float64Array(Object.keys(slots).length);

  /** @param props.batchesKept how many encoded batches stay valid: the last one, or those before it as well */
  constructor(props: {
    readonly notation: Notation;
    readonly world: World;
    readonly numbering: Numbering;
    readonly batchesKept: number;
  }) {
    const arena = new Arena();
    const composer = new Composer({ world: props.world, notation: props.notation, arena });
    this.#messages = situations.map((situation) => composer.compose(situation));
    this.#times = composer.times;
    this.#numbering = props.numbering;
    this.#scratch = arena.region(scratchBytes);
    const output = (topic: SimulatedTopic, bytes: number) => new TopicOutput(topic, arena.region(bytes));
    this.#outputs = Array.from({ length: props.batchesKept }, () => ({
      auth_events: output('auth_events', regionBytes.small),
      status_change_events: output('status_change_events', regionBytes.small),
      listen_events: output('listen_events', regionBytes.large),
      page_view_events: output('page_view_events', regionBytes.large),
    }));
  }

  /** Encodes the simulator's current batch. */
  encode(simulator: Simulator): readonly EncodedTopic[] {
    const { batch, machine, populations } = simulator;
    const byTopic = this.#outputs[this.#turn++ % this.#outputs.length] as TopicOutputs;
    const { listen_events, page_view_events, auth_events, status_change_events } = byTopic;
    const outputs = Object.values(byTopic);
    for (const output of outputs) output.clear();
    const values = this.#values;
    let second = Number.NaN;
    for (let i = 0; i < batch.count; i++) {
      const row = batch.order[i] as number;
      this.#load(simulator, row, populations[batch.shard[row] as number] as Population);
      if (batch.second[row] !== second) {
        second = batch.second[row] as number;
        this.#enter(second);
      }
      const flags = machine.flags[batch.state[row] as number] as number;
      const shown = (flags & stateFlag.userShown) !== 0;
      const plays = (flags & stateFlag.song) !== 0;
      const authenticates = ((batch.flags[row] as number) & eventFlag.auth) !== 0;
      const key = values[shown ? slots.userId : slots.sessionId] as number;
      const { steps, shared } = this.#messages[situationOf(shown, plays)] as Messages;
      // Before the first message, because what is copied to the others must not move.
      page_view_events.region.reserve();
      if (plays) listen_events.region.reserve();
      if (flags & stateFlag.statusChange) status_change_events.region.reserve();
      if (authenticates) auth_events.region.reserve();
      for (let j = 0; j < shared.length; j++) (shared[j] as Run).forget();
      if (plays) {
        this.#writer.write(steps.listen_events, values, listen_events.region);
        listen_events.end(key, second);
      }
      if (flags & stateFlag.statusChange) {
        this.#writer.write(steps.status_change_events, values, status_change_events.region);
        status_change_events.end(key, second);
      }
      if (authenticates) {
        this.#writer.write(steps.auth_events, values, auth_events.region);
        auth_events.end(key, second);
      }
      this.#writer.write(steps.page_view_events, values, page_view_events.region);
      page_view_events.end(key, second);
    }
    return outputs.map((output) => output.result());
  }

  /** Writes what the messages of a second share. */
  #enter(second: number): void {
    this.#values[slots.ts] = this.#numbering.startMs + second * 1000;
    this.#scratch.clear();
    for (const { run } of this.#times) run?.forget();
    this.#writer.write(this.#times, this.#values, this.#scratch);
  }

  #load({ batch }: Simulator, row: number, { records, shard }: Population): void {
    const values = this.#values;
    const { startMs, firstUserId, sessionBase } = this.#numbering;
    const user = batch.user[row] as number;
    const at = user * recordWords;
    const home = records[at + word.home] as number;
    const name = records[at + word.name] as number;
    values[slots.sessionId] = sessionBase + ((batch.session[row] as number) - 1) * shardCount + shard;
    values[slots.itemInSession] = batch.item[row] as number;
    values[slots.state] = batch.state[row] as number;
    values[slots.track] = batch.track[row] as number;
    values[slots.place] = home & 0xffff;
    values[slots.device] = home >>> 16;
    values[slots.firstName] = name & 0xffff;
    values[slots.lastName] = name >>> 16;
    values[slots.userId] = firstUserId + 1 + user * shardCount + shard;
    values[slots.registration] = startMs + (records[at + word.registration] as number) * 1000;
  }
}
