import { messageSchema } from '../../contract/avro.ts';
import { messageHeader } from '../../contract/message.ts';
import { type TopicName, topicNames, topics } from '../../contract/topics.ts';
import { ByteWriter, type Fragment, utf8 } from './bytes.ts';
import { type EncodableEvent, type Format, longestMessage } from './encoder.ts';
import type { TopicOutput } from './output.ts';
import type { World } from './world.ts';

const present = 2;
const absent = 0;

const scratch = new ByteWriter(longestMessage);

function bytesOf(write: (writer: ByteWriter) => void): Fragment {
  scratch.length = 0;
  write(scratch);
  return scratch.bytes.slice(0, scratch.length);
}

function string(writer: ByteWriter, value: string): void {
  const bytes = utf8(value);
  writer.long(bytes.length);
  writer.fragment(bytes);
}

function double(writer: ByteWriter, value: number): void {
  writer.fragment(new Uint8Array(Float64Array.of(value).buffer));
}

function optional(writer: ByteWriter, value: string | null): void {
  writer.byte(value === null ? absent : present);
  if (value !== null) string(writer, value);
}

/**
 * Events as Avro single objects of the contract. The bodies are put together from fragments that are encoded once:
 * a message costs copying its fragments and a few numbers, and equals what `messageCodec` writes (a test holds it).
 */
export class AvroFormat implements Format {
  readonly #headers: Readonly<Record<TopicName, Fragment>>;
  readonly #levelAndAuth: readonly Fragment[];
  readonly #pages: readonly Fragment[];
  readonly #newLevels: readonly Fragment[];
  readonly #succeeds: readonly number[];
  readonly #places: readonly Fragment[];
  readonly #devices: readonly Fragment[];
  readonly #firstNames: readonly Fragment[];
  readonly #genders: readonly Fragment[];
  readonly #lastNames: readonly Fragment[];
  readonly #playedTracks: readonly Fragment[];
  readonly #viewedTracks: readonly Fragment[];
  readonly #noUser: Fragment;
  readonly #tag: Fragment;
  readonly #noTrack = new Uint8Array(4);
  readonly #time = new ByteWriter(16);

  constructor({ machine, people, catalogue, tag }: World) {
    this.#headers = Object.fromEntries(
      topicNames.map((name) => [name, messageHeader(messageSchema(topics[name]))]),
    ) as unknown as Record<TopicName, Fragment>;
    const fragments = <T>(items: readonly T[], write: (writer: ByteWriter, item: T) => void) =>
      items.map((item) => bytesOf((writer) => write(writer, item)));
    this.#levelAndAuth = fragments(machine.states, (writer, { level, auth }) => {
      string(writer, level);
      optional(writer, auth);
    });
    this.#pages = fragments(machine.states, (writer, { page, method, status }) => {
      string(writer, page);
      string(writer, method);
      writer.long(status);
    });
    this.#newLevels = fragments(machine.newLevel, optional);
    this.#succeeds = machine.states.map(({ auth }) => (auth === 'Logged In' ? 1 : 0));
    this.#places = fragments(people.places, (writer, { city, zip, state, lon, lat }) => {
      for (const value of [city, zip, state]) string(writer, value);
      for (const value of [lon, lat]) double(writer, value);
    });
    this.#devices = fragments(people.devices, (writer, { userAgent }) => string(writer, userAgent));
    this.#firstNames = fragments(people.firstNames, (writer, { name }) => optional(writer, name));
    this.#genders = fragments(people.firstNames, (writer, { gender }) => optional(writer, gender));
    this.#lastNames = fragments(people.lastNames, optional);
    this.#playedTracks = fragments(catalogue.tracks, (writer, track) => {
      string(writer, track.artist);
      string(writer, track.title);
      double(writer, track.durationSeconds);
      optional(writer, track.trackId);
    });
    this.#viewedTracks = fragments(catalogue.tracks, (writer, track) => {
      optional(writer, track.artist);
      optional(writer, track.title);
      writer.byte(present);
      double(writer, track.durationSeconds);
      optional(writer, track.trackId);
    });
    this.#tag = bytesOf((writer) => optional(writer, tag));
    this.#noUser = bytesOf((writer) => {
      for (let field = 0; field < 5; field++) writer.byte(absent);
      optional(writer, tag);
    });
  }

  second(ms: number): void {
    this.#time.length = 0;
    this.#time.long(ms);
  }

  listen(event: EncodableEvent, output: TopicOutput): void {
    this.#common(event, output);
    output.writer.fragment(this.#playedTracks[event.track] as Fragment);
  }

  statusChange(event: EncodableEvent, output: TopicOutput): void {
    this.#common(event, output);
    output.writer.fragment(this.#newLevels[event.state] as Fragment);
  }

  auth(event: EncodableEvent, output: TopicOutput): void {
    this.#common(event, output);
    output.writer.byte(this.#succeeds[event.state] as number);
  }

  pageView(event: EncodableEvent, output: TopicOutput): void {
    this.#common(event, output);
    output.writer.fragment(this.#pages[event.state] as Fragment);
    output.writer.fragment(event.plays ? (this.#viewedTracks[event.track] as Fragment) : this.#noTrack);
  }

  #common(event: EncodableEvent, { topic, writer }: TopicOutput): void {
    writer.fragment(this.#headers[topic]);
    const time = this.#time;
    for (let i = 0; i < time.length; i++) writer.byte(time.bytes[i] as number);
    writer.long(event.sessionId);
    writer.long(event.item);
    writer.fragment(this.#levelAndAuth[event.state] as Fragment);
    writer.fragment(this.#places[event.place] as Fragment);
    writer.fragment(this.#devices[event.device] as Fragment);
    if (!event.shown) {
      writer.fragment(this.#noUser);
      return;
    }
    writer.byte(present);
    writer.long(event.userId);
    writer.fragment(this.#firstNames[event.firstName] as Fragment);
    writer.fragment(this.#lastNames[event.lastName] as Fragment);
    writer.fragment(this.#genders[event.firstName] as Fragment);
    writer.byte(present);
    writer.long(event.registration);
    writer.fragment(this.#tag);
  }
}
