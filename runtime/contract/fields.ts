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
