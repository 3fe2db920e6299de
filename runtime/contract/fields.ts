/** The scalar types an event field can have. `timestamp` is an instant in milliseconds since the epoch, UTC. */
export type FieldType = 'string' | 'long' | 'int' | 'double' | 'boolean' | 'timestamp';

interface ScalarOf {
  string: string;
  long: number;
  int: number;
  double: number;
  boolean: boolean;
  timestamp: number;
}

/** One field of an event record, from which every schema language's column is derived. */
export interface Field<T extends FieldType = FieldType, Nullable extends boolean = boolean> {
  readonly type: T;
  readonly nullable: Nullable;
  /** What the field means, in one sentence; ends up in Avro `doc`, BigQuery and dbt descriptions. */
  readonly doc: string;
}

/** Field definitions by name; the order of the keys is the order of the columns and of the Avro body. */
export type Fields = Readonly<Record<string, Field>>;

type Intersection<G extends readonly Fields[]> = G extends readonly [
  infer First,
  ...infer Rest extends readonly Fields[],
]
  ? First & Intersection<Rest>
  : unknown;

/** The fields of all groups. */
export type Joined<G extends readonly Fields[]> = {
  readonly [K in keyof Intersection<G>]: Intersection<G>[K] extends Field ? Intersection<G>[K] : never;
};

const repeatedNames = new WeakMap<Fields, readonly string[]>();

/** The fields of several groups, in order. Names that more than one has are a fault, see {@link namesRepeatedIn}. */
export function joined<const G extends readonly Fields[]>(groups: G): Joined<G> {
  const names = groups.flatMap(Object.keys);
  const fields = Object.assign({}, ...groups);
  repeatedNames.set(fields, [...new Set(names.filter((name, index) => names.indexOf(name) < index))]);
  return fields;
}

/** The names that more than one of the groups has that fields were {@link joined} from. */
export function namesRepeatedIn(fields: Fields): readonly string[] {
  return repeatedNames.get(fields) ?? [];
}

/** The TypeScript type of a field's values. */
export type ValueOf<F extends Field> =
  F extends Field<infer T, infer N> ? ScalarOf[T] | (N extends true ? null : never) : never;

/** The TypeScript type of a record with these fields. */
export type RecordOf<F extends Fields> = { -readonly [K in keyof F]: ValueOf<F[K]> };

/** Declares a field that is always present. */
export function required<T extends FieldType>(type: T, doc: string): Field<T, false> {
  return { type, nullable: false, doc };
}

/** Declares a field that may be null; Avro default null. */
export function nullable<T extends FieldType>(type: T, doc: string): Field<T, true> {
  return { type, nullable: true, doc };
}
