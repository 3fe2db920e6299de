import type { TopicName } from '../../contract/topics.ts';
import { stateFlag } from '../behaviour/machine.ts';
import { eventFlag } from '../simulation/batch.ts';
import { type Population, recordWords, word } from '../simulation/population.ts';
import { shardCount } from '../simulation/settings.ts';
import type { Simulator } from '../simulation/simulator.ts';
import { Arena, type Region } from './arena.ts';
import { type EncodedTopic, TopicOutput } from './output.ts';
import type { World } from './world.ts';

/** One event as an encoder gets it: numbers that name prepared fragments, and numbers that are written. */
export interface EncodableEvent {
  /** Seconds since the window's start. */
  second: number;
  sessionId: number;
  item: number;
  state: number;
  track: number;
  place: number;
  device: number;
  firstName: number;
  lastName: number;
  userId: number;
  /** Milliseconds since the epoch. */
  registration: number;
  /** Whether the event carries the user's id and name. */
  shown: boolean;
  /** Whether the event starts {@link track}. */
  plays: boolean;
}

/** How one format writes the events of each topic. Its fragments are in the arena it was made with. */
export interface Format {
  /** Called when the events of another second begin; `scratch` is the format's until the next call. */
  second(ms: number, scratch: Region): void;
  /** Called before the topics of another event are written. */
  event(): void;
  listen(event: EncodableEvent, region: Region): void;
  statusChange(event: EncodableEvent, region: Region): void;
  auth(event: EncodableEvent, region: Region): void;
  pageView(event: EncodableEvent, region: Region): void;
}

/** What numbering a run's users and sessions need. */
export interface Numbering {
  readonly startMs: number;
  readonly firstUserId: number;
  /** Added to every session number. */
  readonly sessionBase: number;
}

type TopicOutputs = Readonly<Record<TopicName, TopicOutput>>;

const scratchBytes = 256;
/** Room for the slices of a run: 8,192 page views of 520 bytes and some more. */
const regionBytes = { large: 6 << 20, small: 1 << 18 } as const;

/** Writes a simulator's batches as messages of the four topics, in the order in which Eventsim writes them. */
export class Encoder {
  readonly #numbering: Numbering;
  readonly #format: Format;
  readonly #scratch: Region;
  /** The outputs of a batch by topic; those of different batches are taken in turn. */
  readonly #outputs: readonly TopicOutputs[];
  #turn = 0;
  readonly #event: EncodableEvent = {
    second: 0,
    sessionId: 0,
    item: 0,
    state: 0,
    track: 0,
    place: 0,
    device: 0,
    firstName: 0,
    lastName: 0,
    userId: 0,
    registration: 0,
    shown: false,
    plays: false,
  };

  /** @param props.batchesKept how many encoded batches stay valid: the last one, or those before it as well */
  constructor(props: {
    readonly format: new (world: World, arena: Arena) => Format;
    readonly world: World;
    readonly numbering: Numbering;
    readonly batchesKept: number;
  }) {
    const arena = new Arena();
    this.#format = new props.format(props.world, arena);
    this.#numbering = props.numbering;
    this.#scratch = arena.region(scratchBytes);
    const output = (topic: TopicName, bytes: number) => new TopicOutput(topic, arena.region(bytes));
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
    const event = this.#event;
    const format = this.#format;
    let second = Number.NaN;
    for (let i = 0; i < batch.count; i++) {
      const row = batch.order[i] as number;
      this.#load(simulator, row, populations[batch.shard[row] as number] as Population);
      if (event.second !== second) {
        second = event.second;
        this.#scratch.clear();
        format.second(this.#numbering.startMs + second * 1000, this.#scratch);
      }
      const flags = machine.flags[event.state] as number;
      event.shown = (flags & stateFlag.userShown) !== 0;
      event.plays = (flags & stateFlag.song) !== 0;
      const key = event.shown ? event.userId : event.sessionId;
      for (const output of outputs) output.region.reserve();
      format.event();
      if (event.plays) {
        format.listen(event, listen_events.region);
        listen_events.end(key, second);
      }
      if (flags & stateFlag.statusChange) {
        format.statusChange(event, status_change_events.region);
        status_change_events.end(key, second);
      }
      if ((batch.flags[row] as number) & eventFlag.auth) {
        format.auth(event, auth_events.region);
        auth_events.end(key, second);
      }
      format.pageView(event, page_view_events.region);
      page_view_events.end(key, second);
    }
    return outputs.map((output) => output.result());
  }

  #load({ batch }: Simulator, row: number, population: Population): void {
    const event = this.#event;
    const user = batch.user[row] as number;
    const at = user * recordWords;
    const { records } = population;
    const home = records[at + word.home] as number;
    const name = records[at + word.name] as number;
    event.second = batch.second[row] as number;
    event.sessionId =
      this.#numbering.sessionBase + ((batch.session[row] as number) - 1) * shardCount + population.shard;
    event.item = batch.item[row] as number;
    event.state = batch.state[row] as number;
    event.track = batch.track[row] as number;
    event.place = home & 0xffff;
    event.device = home >>> 16;
    event.firstName = name & 0xffff;
    event.lastName = name >>> 16;
    event.userId = this.#numbering.firstUserId + 1 + user * shardCount + population.shard;
    event.registration = this.#numbering.startMs + (records[at + word.registration] as number) * 1000;
  }
}
