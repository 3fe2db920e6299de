import { type ByteWriter, type Fragment, utf8 } from './bytes.ts';
import type { EncodableEvent, Format } from './encoder.ts';
import type { TopicOutput } from './output.ts';
import type { World } from './world.ts';

/** The members of an object without its braces, with a comma before each. */
function members(object: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(object);
  return text === '{}' ? '' : `,${text.slice(1, -1)}`;
}

const userIdKey = utf8(',"userId":');
const registrationKey = utf8(',"registration":');
const itemKey = utf8(',"itemInSession":');
const succeeded = utf8(',"success":true}\n');
const failed = utf8(',"success":false}\n');
const sessionKey = ',"sessionId":';

/**
 * Events as JSON lines with Eventsim's keys in Eventsim's order; absent values are left out. Beatflow's own fields
 * (`trackId`, `newLevel`, `auth` in auth_events, `tag` without a user) are left out in compat mode.
 */
export class JsonFormat implements Format {
  readonly #pageViewStates: readonly Fragment[];
  readonly #listenStates: readonly Fragment[];
  readonly #authStates: readonly Fragment[];
  readonly #newLevels: readonly Fragment[];
  readonly #succeeds: readonly boolean[];
  readonly #places: readonly Fragment[];
  readonly #coordinates: readonly Fragment[];
  readonly #devices: readonly Fragment[];
  readonly #firstNames: readonly Fragment[];
  readonly #lastNames: readonly Fragment[];
  /** A song before the other members of a listen event, and after those of a page view. */
  readonly #played: readonly Fragment[];
  readonly #trackIds: readonly Fragment[];
  readonly #viewed: readonly Fragment[];
  readonly #tag: Fragment;
  readonly #visitorTag: Fragment;
  readonly #end = utf8('}\n');
  #time: Fragment = utf8('');
  #timeFirst: Fragment = utf8('');

  constructor({ machine, people, catalogue, tag, eventsimCompat }: World) {
    const fragments = <T>(items: readonly T[], json: (item: T) => Readonly<Record<string, unknown>>) =>
      items.map((item) => utf8(members(json(item))));
    this.#pageViewStates = fragments(machine.states, ({ page, auth, method, status, level }) => ({
      page,
      auth,
      method,
      status,
      level,
    }));
    this.#listenStates = fragments(machine.states, ({ auth, level }) => ({ auth, level }));
    this.#authStates = eventsimCompat
      ? fragments(machine.states, ({ level }) => ({ level }))
      : this.#listenStates;
    this.#newLevels = machine.newLevel.map((newLevel) =>
      utf8(`${eventsimCompat || newLevel === null ? '' : members({ newLevel })}}\n`),
    );
    this.#succeeds = machine.states.map(({ auth }) => auth === 'Logged In');
    this.#places = fragments(people.places, ({ city, zip, state }) => ({ city, zip, state }));
    this.#coordinates = fragments(people.places, ({ lon, lat }) => ({ lon, lat }));
    this.#devices = fragments(people.devices, ({ userAgent }) => ({ userAgent }));
    this.#firstNames = fragments(people.firstNames, ({ name, gender }) => ({ firstName: name, gender }));
    this.#lastNames = fragments(people.lastNames, (lastName) => ({ lastName }));
    const song = (track: (typeof catalogue.tracks)[number]) =>
      members({ artist: track.artist, song: track.title, duration: track.durationSeconds });
    const id = (trackId: string) => (eventsimCompat ? '' : members({ trackId }));
    this.#played = catalogue.tracks.map((track) => utf8(`{${song(track).slice(1)}`));
    this.#trackIds = catalogue.tracks.map(({ trackId }) => utf8(`${id(trackId)}}\n`));
    this.#viewed = catalogue.tracks.map((track) => utf8(`${song(track)}${id(track.trackId)}}\n`));
    this.#tag = utf8(tag === null ? '' : members({ tag }));
    this.#visitorTag = eventsimCompat ? utf8('') : this.#tag;
  }

  second(ms: number): void {
    this.#timeFirst = utf8(`{"ts":${ms}${sessionKey}`);
    this.#time = utf8(`,"ts":${ms}${sessionKey}`);
  }

  listen(event: EncodableEvent, { writer }: TopicOutput): void {
    writer.fragment(this.#played[event.track] as Fragment);
    this.#common(event, writer, this.#time, this.#listenStates);
    writer.fragment(this.#trackIds[event.track] as Fragment);
  }

  statusChange(event: EncodableEvent, { writer }: TopicOutput): void {
    this.#common(event, writer, this.#timeFirst, this.#listenStates);
    writer.fragment(this.#newLevels[event.state] as Fragment);
  }

  auth(event: EncodableEvent, { writer }: TopicOutput): void {
    this.#common(event, writer, this.#timeFirst, this.#authStates);
    writer.fragment(this.#succeeds[event.state] ? succeeded : failed);
  }

  pageView(event: EncodableEvent, { writer }: TopicOutput): void {
    this.#common(event, writer, this.#timeFirst, this.#pageViewStates);
    writer.fragment(event.plays ? (this.#viewed[event.track] as Fragment) : this.#end);
  }

  #common(event: EncodableEvent, writer: ByteWriter, time: Fragment, states: readonly Fragment[]): void {
    writer.fragment(time);
    writer.decimal(event.sessionId);
    writer.fragment(states[event.state] as Fragment);
    writer.fragment(itemKey);
    writer.decimal(event.item);
    writer.fragment(this.#places[event.place] as Fragment);
    writer.fragment(this.#devices[event.device] as Fragment);
    writer.fragment(this.#coordinates[event.place] as Fragment);
    if (!event.shown) {
      writer.fragment(this.#visitorTag);
      return;
    }
    writer.fragment(userIdKey);
    writer.decimal(event.userId);
    writer.fragment(this.#lastNames[event.lastName] as Fragment);
    writer.fragment(this.#firstNames[event.firstName] as Fragment);
    writer.fragment(registrationKey);
    writer.decimal(event.registration);
    writer.fragment(this.#tag);
  }
}
