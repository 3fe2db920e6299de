import { messageSchema } from '../../contract/avro.ts';
import { messageHeader } from '../../contract/message.ts';
import { type TopicName, topics } from '../../contract/topics.ts';
import type { Arena, FragmentTable, FragmentWriter, Region } from './arena.ts';
import type { EncodableEvent, Format } from './encoder.ts';
import type { World } from './world.ts';

const present = 2;
const absent = 0;

function optional(writer: FragmentWriter, value: string | null): void {
  writer.byte(value === null ? absent : present);
  if (value !== null) writer.string(value);
}

/**
 * Events as Avro single objects of the contract. The bodies are put together from fragments that are encoded once,
 * and the fields that all topics share are written once an event. A message equals what `messageCodec` writes.
 */
export class AvroFormat implements Format {
  readonly #headers: Readonly<Record<TopicName, FragmentTable>>;
  readonly #levelAndAuth: FragmentTable;
  readonly #pages: FragmentTable;
  readonly #newLevels: FragmentTable;
  readonly #succeeds: readonly number[];
  readonly #places: FragmentTable;
  readonly #devices: FragmentTable;
  readonly #firstNames: FragmentTable;
  readonly #genders: FragmentTable;
  readonly #lastNames: FragmentTable;
  readonly #playedTracks: FragmentTable;
  readonly #viewedTracks: FragmentTable;
  readonly #noTrack: FragmentTable;
  readonly #noUser: FragmentTable;
  readonly #tag: FragmentTable;
  #timeFrom = 0;
  #timeTo = 0;
  /** Where the fields that all topics share were written for the current event; 0 before. */
  #sharedFrom = 0;
  #sharedTo = 0;

  constructor({ machine, people, catalogue, tag }: World, arena: Arena) {
    const header = (name: TopicName) =>
      arena.fragments([name], (writer) => writer.bytes(messageHeader(messageSchema(topics[name]))));
    this.#headers = {
      listen_events: header('listen_events'),
      page_view_events: header('page_view_events'),
      auth_events: header('auth_events'),
      status_change_events: header('status_change_events'),
    };
    this.#levelAndAuth = arena.fragments(machine.states, (writer, { level, auth }) => {
      writer.string(level);
      optional(writer, auth);
    });
    this.#pages = arena.fragments(machine.states, (writer, { page, method, status }) => {
      writer.string(page);
      writer.string(method);
      writer.long(status);
    });
    this.#newLevels = arena.fragments(machine.newLevel, optional);
    this.#succeeds = machine.states.map(({ auth }) => (auth === 'Logged In' ? 1 : 0));
    this.#places = arena.fragments(people.places, (writer, { city, zip, state, lon, lat }) => {
      for (const value of [city, zip, state]) writer.string(value);
      for (const value of [lon, lat]) writer.double(value);
    });
    this.#devices = arena.fragments(people.devices, (writer, { userAgent }) => writer.string(userAgent));
    this.#firstNames = arena.fragments(people.firstNames, (writer, { name }) => optional(writer, name));
    this.#genders = arena.fragments(people.firstNames, (writer, { gender }) => optional(writer, gender));
    this.#lastNames = arena.fragments(people.lastNames, optional);
    this.#playedTracks = arena.fragments(catalogue.tracks, (writer, track) => {
      writer.string(track.artist);
      writer.string(track.title);
      writer.double(track.durationSeconds);
      optional(writer, track.trackId);
    });
    this.#viewedTracks = arena.fragments(catalogue.tracks, (writer, track) => {
      optional(writer, track.artist);
      optional(writer, track.title);
      writer.byte(present);
      writer.double(track.durationSeconds);
      optional(writer, track.trackId);
    });
    this.#noTrack = arena.fragments([4], absentFields);
    this.#tag = arena.fragments([tag], optional);
    this.#noUser = arena.fragments([5], (writer, fields) => {
      absentFields(writer, fields);
      optional(writer, tag);
    });
  }

  second(ms: number, scratch: Region): void {
    this.#timeFrom = scratch.at;
    scratch.long(ms);
    this.#timeTo = scratch.at;
  }

  event(): void {
    this.#sharedTo = 0;
  }

  listen(event: EncodableEvent, region: Region): void {
    this.#common('listen_events', event, region);
    region.put(this.#playedTracks, event.track);
  }

  statusChange(event: EncodableEvent, region: Region): void {
    this.#common('status_change_events', event, region);
    region.put(this.#newLevels, event.state);
  }

  auth(event: EncodableEvent, region: Region): void {
    this.#common('auth_events', event, region);
    region.byte(this.#succeeds[event.state] as number);
  }

  pageView(event: EncodableEvent, region: Region): void {
    this.#common('page_view_events', event, region);
    region.put(this.#pages, event.state);
    if (event.plays) region.put(this.#viewedTracks, event.track);
    else region.put(this.#noTrack, 0);
  }

  #common(topic: TopicName, event: EncodableEvent, region: Region): void {
    region.put(this.#headers[topic], 0);
    if (this.#sharedTo > 0) {
      region.copy(this.#sharedFrom, this.#sharedTo);
      return;
    }
    this.#sharedFrom = region.at;
    region.copy(this.#timeFrom, this.#timeTo);
    region.long(event.sessionId);
    region.long(event.item);
    region.put(this.#levelAndAuth, event.state);
    region.put(this.#places, event.place);
    region.put(this.#devices, event.device);
    if (event.shown) {
      region.byte(present);
      region.long(event.userId);
      region.put(this.#firstNames, event.firstName);
      region.put(this.#lastNames, event.lastName);
      region.put(this.#genders, event.firstName);
      region.byte(present);
      region.long(event.registration);
      region.put(this.#tag, 0);
    } else {
      region.put(this.#noUser, 0);
    }
    this.#sharedTo = region.at;
  }
}

function absentFields(writer: FragmentWriter, count: number): void {
  for (let field = 0; field < count; field++) writer.byte(absent);
}
