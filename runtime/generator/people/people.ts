import { AliasTable } from '../random/alias.ts';
import names from './data/names.json' with { type: 'json' };
import places from './data/places.json' with { type: 'json' };
import { type Device, devices } from './devices.ts';

/** Where a listener lives: a zip code. */
export interface Place {
  readonly city: string;
  /** Five digits, leading zeros kept. */
  readonly zip: string;
  /** Two-letter code. */
  readonly state: string;
  readonly lon: number;
  readonly lat: number;
  readonly population: number;
}

/** A first name with the gender it is counted under. */
export interface FirstName {
  readonly name: string;
  readonly gender: 'F' | 'M';
}

type Counted = readonly (readonly [name: string, count: number])[];
type PlaceRow = readonly [zip: string, lon: number, lat: number, population: number];

/**
 * What listeners are drawn from, each list with the table that draws by its weights. Sources and licences:
 * data/README.md.
 */
export interface People {
  readonly firstNames: readonly FirstName[];
  readonly lastNames: readonly string[];
  readonly places: readonly Place[];
  readonly devices: readonly Device[];
  readonly firstNameTable: AliasTable;
  readonly lastNameTable: AliasTable;
  readonly placeTable: AliasTable;
  readonly deviceTable: AliasTable;
}

function placesOf(data: Readonly<Record<string, Readonly<Record<string, readonly PlaceRow[]>>>>): Place[] {
  return Object.entries(data).flatMap(([state, cities]) =>
    Object.entries(cities).flatMap(([city, rows]) =>
      rows.map(([zip, lon, lat, population]) => ({ city, zip, state, lon, lat, population })),
    ),
  );
}

let loaded: People | undefined;

/** The people of the United States: names by frequency, zip codes by population, devices by share. */
export function loadPeople(): People {
  loaded ??= readPeople();
  return loaded;
}

function readPeople(): People {
  const female = names.firstNames.F as unknown as Counted;
  const male = names.firstNames.M as unknown as Counted;
  const lastNames = names.lastNames as unknown as Counted;
  const everywhere = placesOf(
    places as unknown as Readonly<Record<string, Readonly<Record<string, readonly PlaceRow[]>>>>,
  );
  return {
    firstNames: [
      ...female.map(([name]) => ({ name, gender: 'F' as const })),
      ...male.map(([name]) => ({ name, gender: 'M' as const })),
    ],
    lastNames: lastNames.map(([name]) => name),
    places: everywhere,
    devices,
    firstNameTable: new AliasTable([...female, ...male].map(([, count]) => count)),
    lastNameTable: new AliasTable(lastNames.map(([, count]) => count)),
    placeTable: new AliasTable(everywhere.map(({ population }) => population)),
    deviceTable: new AliasTable(devices.map(({ weight }) => weight)),
  };
}
