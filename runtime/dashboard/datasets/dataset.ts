import { z } from 'zod';
import { type NamedQuery, parameterNames, type Row, type Values } from '../../warehouse/marts/marts.ts';
import type { Extent } from '../version/extent.ts';
import type { ItemKind } from '../version/item-names.ts';

/** The parameters of a dataset after validation. */
export type Params = Readonly<Record<string, string | number | undefined>>;

/**
 * One table the dashboard can show. The route under `/api`, its entry in the OpenAPI document, the CSV download and the
 * page's types all come from this declaration.
 */
export interface Dataset<
  P extends z.ZodObject = z.ZodObject,
  R extends z.ZodObject = z.ZodObject,
  Name extends string = string,
> {
  /** Name in the address, in kebab case. */
  readonly name: Name;
  /** What a row says, one sentence. */
  readonly doc: string;
  readonly params: P;
  readonly row: R;
  /** Picks the query by the parameters; which of them to take is all a parameter may decide. */
  query(params: z.infer<P>): NamedQuery;
  /** Values that are not parameters themselves but follow from them and from the days that the marts cover. */
  derive?(params: z.infer<P>, extent: Extent): Values;
  /** Other parameters to ask with, where the answer shows that there is nothing at these but at those. */
  redirect?(rows: readonly Row[], params: z.infer<P>): z.infer<P> | undefined;
  /** Turns the answer into the dataset's rows where SQL that both warehouses speak cannot. */
  shape?(rows: readonly Row[], params: z.infer<P>): readonly Row[];
  /** What its rows are keyed by and named after, where they tell keys only. */
  readonly named?: ItemKind;
}

/** Declares a dataset. */
export function defineDataset<P extends z.ZodObject, R extends z.ZodObject, const Name extends string>(
  dataset: Dataset<P, R, Name>,
): Dataset<P, R, Name> {
  return dataset;
}

/** What a query is told of the values given: a value for each of its parameters, null where there is none. */
export function valuesOf(query: NamedQuery, given: Values): Values {
  return Object.fromEntries(parameterNames(query).map((name) => [name, given[name] ?? null]));
}

const dayColumn = z.iso.date();

/** Columns that many datasets share. */
export const column = {
  day: (doc: string) => dayColumn.meta({ description: doc }),
  count: (doc: string) => z.number().meta({ description: doc }),
  maybe: (doc: string) => z.number().nullable().meta({ description: doc }),
  /** An instant, UTC, or null where there is none. */
  instant: (doc: string) => z.iso.datetime().nullable().meta({ description: doc }),
  text: (doc: string) => z.string().meta({ description: doc }),
};
