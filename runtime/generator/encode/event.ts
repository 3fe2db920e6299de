import type { State } from '../behaviour/behaviour.ts';
import type { Track } from '../catalogue/catalogue.ts';
import type { Device } from '../people/devices.ts';
import type { FirstName, Place } from '../people/people.ts';
import type { World } from './world.ts';

/** What an event names by a number: of each there is a list, for whose items fragments are prepared. */
export interface Items {
  readonly state: State & { readonly newLevel: string | null };
  readonly track: Track;
  readonly place: Place;
  readonly device: Device;
  readonly firstName: FirstName;
  readonly lastName: string;
}

/** Where an event has the number of each of its items, and the numbers that are written as they are. */
export const slots = {
  state: 0,
  track: 1,
  place: 2,
  device: 3,
  firstName: 4,
  lastName: 5,
  sessionId: 6,
  itemInSession: 7,
  userId: 8,
  /** Milliseconds since the epoch. */
  registration: 9,
  /** Time of the event, milliseconds since the epoch. */
  ts: 10,
  /** Always 0: the number of the only one. */
  only: 11,
} as const satisfies Readonly<Record<keyof Items, number>> & Readonly<Record<string, number>>;

/** The numbers that are written as they are, whole ones all. */
export type NumberName = Exclude<keyof typeof slots, keyof Items | 'only'>;

/** What differs between events of one topic other than values: which fields have one. */
export interface Situation {
  /** Whether the event carries the user's id and name. */
  readonly shown: boolean;
  /** Whether the event starts a track. */
  readonly plays: boolean;
}

/** All situations; {@link situationOf} is the place among them. */
export const situations: readonly Situation[] = [
  { shown: false, plays: false },
  { shown: true, plays: false },
  { shown: false, plays: true },
  { shown: true, plays: true },
];

export function situationOf(shown: boolean, plays: boolean): number {
  return (shown ? 1 : 0) + (plays ? 2 : 0);
}

/** The lists of a world. */
export function itemsOf({ machine, people, catalogue }: World): {
  readonly [L in keyof Items]: readonly Items[L][];
} {
  return {
    state: machine.states.map((state, index) => ({ ...state, newLevel: machine.newLevel[index] ?? null })),
    track: catalogue.tracks,
    place: people.places,
    device: people.devices,
    firstName: people.firstNames,
    lastName: people.lastNames,
  };
}
