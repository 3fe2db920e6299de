import type { Field, FieldType, ValueOf } from '../../contract/fields.ts';
import type { FieldsOf } from '../../contract/topics.ts';
import type { SimulatedTopic } from '../simulated-topics.ts';
import type { Items, NumberName, Situation } from './event.ts';
import type { World } from './world.ts';

/** A value that is known before the first event: it is encoded once. */
type Prepared<V> =
  | { readonly from: 'item'; readonly list: keyof Items; readonly value: (item: never) => V }
  | { readonly from: 'run'; readonly value: (world: World) => V };

/** A whole number that is written anew. */
interface Written {
  readonly from: 'number';
  readonly name: NumberName;
}

/** A value that only events of some situation have; the others have null. */
interface Sometimes<S> {
  readonly from: 'when';
  readonly has: keyof Situation;
  readonly source: S;
}

/** Where a value that an event surely has comes from. */
export type Present = Prepared<unknown> | Written;

/** Where values come from. */
export type Source = Present | Sometimes<Present>;

type WholeType = Extract<FieldType, 'long' | 'int' | 'timestamp'>;
type PresentOf<F extends Field> = Prepared<ValueOf<F>> | (F['type'] extends WholeType ? Written : never);

/** Where values of a contract's field may come from: their type is the field's, and null only where it is nullable. */
type SourceOf<F> = F extends Field
  ? PresentOf<F> | (F['nullable'] extends true ? Sometimes<PresentOf<F>> : never)
  : never;

/** A source for each field of each topic. */
type Sources = {
  readonly [T in SimulatedTopic]: { readonly [K in keyof FieldsOf<T>]: SourceOf<FieldsOf<T>[K]> };
};

type Surplus<S> = {
  readonly [T in Exclude<keyof S, SimulatedTopic>]: 'the generator simulates no such topic';
} & {
  readonly [T in keyof S & SimulatedTopic]: {
    readonly [K in Exclude<keyof S[T], keyof FieldsOf<T>>]: 'the contract has no such field';
  };
};

/** Declares sources for exactly the fields of the contract: a missing, surplus or wrong one does not compile. */
export function defineSources<const S extends Sources>(sources: S & Surplus<S>): Sources {
  return sources;
}

/** A value of one of the event's items. */
export function of<L extends keyof Items, V>(list: L, value: (item: Items[L]) => V): Prepared<V> {
  return { from: 'item', list, value };
}

/** A value that is the same in the whole run. */
export function ofRun<V>(value: (world: World) => V): Prepared<V> {
  return { from: 'run', value };
}

/** One of the event's numbers. */
export function number(name: NumberName): Written {
  return { from: 'number', name };
}

/** Null unless the event carries the user. */
export function whenShown<S extends Present>(source: S): Sometimes<S> {
  return { from: 'when', has: 'shown', source };
}

/** Null unless the event starts a track. */
export function whenPlaying<S extends Present>(source: S): Sometimes<S> {
  return { from: 'when', has: 'plays', source };
}
