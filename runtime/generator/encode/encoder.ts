import type { TopicName } from '../../contract/topics.ts';
import { stateFlag } from '../behaviour/machine.ts';
import { eventFlag } from '../simulation/batch.ts';
import { type Population, recordWords, word } from '../simulation/population.ts';
import { shardCount } from '../simulation/settings.ts';
import type { Simulator } from '../simulation/simulator.ts';
import { type EncodedTopic, TopicOutput } from './output.ts';

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

/** How one format writes the events of each topic. */
export interface Format {
  /** Called when the events of another second begin. */
  second(ms: number): void;
  listen(event: EncodableEvent, output: TopicOutput): void;
  statusChange(event: EncodableEvent, output: TopicOutput): void;
  auth(event: EncodableEvent, output: TopicOutput): void;
  pageView(event: EncodableEvent, output: TopicOutput): void;
}

/** No message is longer: the fixed parts take below 2 KiB, and texts of a catalogue are cut before. */
export const longestMessage = 1 << 16;

/** What numbering a run's users and sessions need. */
export interface Numbering {
  readonly startMs: number;
  readonly firstUserId: number;
  /** Added to every session number. */
  readonly sessionBase: number;
}

/** Writes a simulator's batches as messages of the four topics, in the order in which Eventsim writes them. */
export class Encoder {
  readonly #numbering: Numbering;
  readonly #format: Format;
  readonly #outputs: Readonly<Record<TopicName, TopicOutput>>;
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

  constructor(format: Format, numbering: Numbering) {
    this.#format = format;
    this.#numbering = numbering;
    this.#outputs = {
      listen_events: new TopicOutput('listen_events'),
      page_view_events: new TopicOutput('page_view_events'),
      auth_events: new TopicOutput('auth_events'),
      status_change_events: new TopicOutput('status_change_events'),
    };
  }

  /** Encodes the simulator's current batch. */
  encode(simulator: Simulator): readonly EncodedTopic[] {
    const { batch, machine, populations } = simulator;
    const { listen_events, page_view_events, auth_events, status_change_events } = this.#outputs;
    for (const output of Object.values(this.#outputs)) output.clear();
    const event = this.#event;
    let second = Number.NaN;
    for (let i = 0; i < batch.count; i++) {
      const row = batch.order[i] as number;
      this.#load(simulator, row, populations[batch.shard[row] as number] as Population);
      if (event.second !== second) {
        second = event.second;
        this.#format.second(this.#numbering.startMs + second * 1000);
      }
      const flags = machine.flags[event.state] as number;
      event.shown = (flags & stateFlag.userShown) !== 0;
      event.plays = (flags & stateFlag.song) !== 0;
      const key = event.shown ? event.userId : event.sessionId;
      if (event.plays) this.#write('listen', listen_events, key);
      if (flags & stateFlag.statusChange) this.#write('statusChange', status_change_events, key);
      if ((batch.flags[row] as number) & eventFlag.auth) this.#write('auth', auth_events, key);
      this.#write('pageView', page_view_events, key);
    }
    return Object.values(this.#outputs).map((output) => output.result());
  }

  #load({ batch }: Simulator, row: number, population: Population): void {
    const event = this.#event;
    const user = batch.user[row] as number;
    const at = user * recordWords;
    const home = population.records[at + word.home] as number;
    const name = population.records[at + word.name] as number;
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
    event.registration =
      this.#numbering.startMs + (population.records[at + word.registration] as number) * 1000;
  }

  #write(method: 'listen' | 'statusChange' | 'auth' | 'pageView', output: TopicOutput, key: number): void {
    output.writer.reserve(longestMessage);
    this.#format[method](this.#event, output);
    output.end(key, this.#event.second);
  }
}
