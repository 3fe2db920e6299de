import type { State } from '../behaviour/behaviour.ts';
import type { Track } from '../catalogue/catalogue.ts';
import type { Place } from '../people/people.ts';
import type { Arena, FragmentTable, Region } from './arena.ts';
import type { EncodableEvent, Format } from './encoder.ts';
import type { World } from './world.ts';

type Members = Readonly<Record<string, unknown>>;

/** The members of an object without its braces, with a comma before each. */
function members(object: Members): string {
  const text = JSON.stringify(object);
  return text === '{}' ? '' : `,${text.slice(1, -1)}`;
}

const brace = 0x7b;

/**
 * Events as JSON lines with Eventsim's keys in Eventsim's order; absent values are left out. Beatflow's own fields
 * (`trackId`, `newLevel`, `auth` in auth_events, `tag` without a user) are left out in compat mode.
 */
export class JsonFormat implements Format {
  readonly #pageViewStates: FragmentTable;
  readonly #listenStates: FragmentTable;
  readonly #authStates: FragmentTable;
  readonly #newLevels: FragmentTable;
  readonly #success: FragmentTable;
  readonly #places: FragmentTable;
  readonly #coordinates: FragmentTable;
  readonly #coordinatesOfUser: FragmentTable;
  readonly #devices: FragmentTable;
  readonly #firstNames: FragmentTable;
  readonly #lastNames: FragmentTable;
  /** A song before the other members of a listen event. */
  readonly #played: FragmentTable;
  /** The end of a listen event. */
  readonly #trackIds: FragmentTable;
  /** A song after the other members of a page view, and its end. */
  readonly #viewed: FragmentTable;
  readonly #tag: FragmentTable;
  readonly #visitorsTagged: boolean;
  readonly #timeKey: FragmentTable;
  readonly #sessionKey: FragmentTable;
  readonly #tagged: boolean;
  readonly #end: FragmentTable;
  #timeFrom = 0;
  #timeTo = 0;
  /** Where the current event's time and session were written, and its place, device and user; 0 before. */
  #sessionFrom = 0;
  #sessionTo = 0;
  #userFrom = 0;
  #userTo = 0;

  constructor({ machine, people, catalogue, tag, eventsimCompat }: World, arena: Arena) {
    // A fragment ends with the key whose value is written behind it: every copy saved counts.
    const objects = <T>(items: readonly T[], json: (item: T) => Members, key = '') =>
      arena.fragments(items, (writer, item) => writer.text(members(json(item)) + key));
    const states = (json: (state: State) => Members) => objects(machine.states, json, ',"itemInSession":');
    this.#pageViewStates = states(({ page, auth, method, status, level }) => ({
      page,
      auth,
      method,
      status,
      level,
    }));
    this.#listenStates = states(({ auth, level }) => ({ auth, level }));
    this.#authStates = eventsimCompat ? states(({ level }) => ({ level })) : this.#listenStates;
    this.#newLevels = arena.fragments(machine.newLevel, (writer, newLevel) =>
      writer.text(`${eventsimCompat || newLevel === null ? '' : members({ newLevel })}}\n`),
    );
    this.#success = arena.fragments(machine.states, (writer, { auth }) =>
      writer.text(`${members({ success: auth === 'Logged In' })}}\n`),
    );
    this.#places = objects(people.places, ({ city, zip, state }) => ({ city, zip, state }));
    const coordinates = ({ lon, lat }: Place) => ({ lon, lat });
    this.#coordinates = objects(people.places, coordinates);
    this.#coordinatesOfUser = objects(people.places, coordinates, ',"userId":');
    this.#devices = objects(people.devices, ({ userAgent }) => ({ userAgent }));
    this.#firstNames = objects(
      people.firstNames,
      ({ name, gender }) => ({ firstName: name, gender }),
      ',"registration":',
    );
    this.#lastNames = objects(people.lastNames, (lastName) => ({ lastName }));
    const song = (track: Track) =>
      members({ artist: track.artist, song: track.title, duration: track.durationSeconds });
    const id = ({ trackId }: Track) => (eventsimCompat ? '' : members({ trackId }));
    this.#played = arena.fragments(catalogue.tracks, (writer, track) =>
      writer.text(`{${song(track).slice(1)},`),
    );
    this.#trackIds = arena.fragments(catalogue.tracks, (writer, track) => writer.text(`${id(track)}}\n`));
    this.#viewed = arena.fragments(catalogue.tracks, (writer, track) =>
      writer.text(`${song(track)}${id(track)}}\n`),
    );
    this.#tagged = tag !== null;
    this.#tag = arena.fragment(tag === null ? '' : members({ tag }));
    this.#visitorsTagged = tag !== null && !eventsimCompat;
    this.#timeKey = arena.fragment('"ts":');
    this.#sessionKey = arena.fragment(',"sessionId":');
    this.#end = arena.fragment('}\n');
  }

  second(ms: number, scratch: Region): void {
    this.#timeFrom = scratch.at;
    scratch.put(this.#timeKey, 0);
    scratch.decimal(ms);
    scratch.put(this.#sessionKey, 0);
    this.#timeTo = scratch.at;
  }

  event(): void {
    this.#userTo = 0;
  }

  listen(event: EncodableEvent, region: Region): void {
    region.put(this.#played, event.track);
    this.#common(event, region, this.#listenStates);
    region.put(this.#trackIds, event.track);
  }

  statusChange(event: EncodableEvent, region: Region): void {
    region.byte(brace);
    this.#common(event, region, this.#listenStates);
    region.put(this.#newLevels, event.state);
  }

  auth(event: EncodableEvent, region: Region): void {
    region.byte(brace);
    this.#common(event, region, this.#authStates);
    region.put(this.#success, event.state);
  }

  pageView(event: EncodableEvent, region: Region): void {
    region.byte(brace);
    this.#common(event, region, this.#pageViewStates);
    if (event.plays) region.put(this.#viewed, event.track);
    else region.put(this.#end, 0);
  }

  #common(event: EncodableEvent, region: Region, states: FragmentTable): void {
    const again = this.#userTo > 0;
    if (again) {
      region.copy(this.#sessionFrom, this.#sessionTo);
    } else {
      this.#sessionFrom = region.at;
      region.copy(this.#timeFrom, this.#timeTo);
      region.decimal(event.sessionId);
      this.#sessionTo = region.at;
    }
    region.put(states, event.state);
    if (again) region.copy(this.#userFrom, this.#userTo);
    else this.#user(event, region);
  }

  /** The value of `itemInSession` and the members up to the tag, which are the same for all topics. */
  #user(event: EncodableEvent, region: Region): void {
    this.#userFrom = region.at;
    region.decimal(event.item);
    region.put(this.#places, event.place);
    region.put(this.#devices, event.device);
    if (event.shown) {
      region.put(this.#coordinatesOfUser, event.place);
      region.decimal(event.userId);
      region.put(this.#lastNames, event.lastName);
      region.put(this.#firstNames, event.firstName);
      region.decimal(event.registration);
      if (this.#tagged) region.put(this.#tag, 0);
    } else {
      region.put(this.#coordinates, event.place);
      if (this.#visitorsTagged) region.put(this.#tag, 0);
    }
    this.#userTo = region.at;
  }
}
