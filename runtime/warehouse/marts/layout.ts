import declared from './layout.json' with { type: 'json' };

/** In which order the rows of a published mart lie, and how readers hold it: `config.meta.layout` of its model in dbt. */
export interface MartLayout {
  readonly order_by: readonly string[];
  /** Up to how many rows readers hold it in memory. @default {@link residentRows} */
  readonly resident_rows?: number;
  /** Whether readers hold it in memory as it is, for a mart of which each request sums much. @default false */
  readonly uncompressed?: boolean;
  /** What readers that hold it in memory keep of it. @default all */
  readonly columns?: readonly string[];
  /**
   * Texts that readers hold as numbers, to filter and group by them fast; equal names share one numbering. A text with
   * thousands of values is grouped faster as a number, but looked up slower.
   */
  readonly enums?: readonly string[];
}

/**
 * Rows of a row group, a multiple of 2048: what a reader that looks for little has to unpack at least. Smaller ones cost
 * more in planning, which looks at the minima and maxima of all, than they save (measured with 1.8 million rows).
 */
export const rowGroup = 61_440;

/** Marts of no more rows than this are held in memory by readers, unless their layout says otherwise. */
const residentRows = 100_000;

/**
 * Readers skip the row groups whose minima and maxima rule them out, so each large mart lies in the order in which it is
 * asked for. What is asked for whole and often is held in memory. BigQuery has partitions and clusters instead (`by_day`
 * in dbt). Each is declared with its model in dbt/models/marts.
 */
const layouts: Readonly<Record<string, MartLayout>> = declared;

/** The layout of a mart; undefined for one that is read whole. */
export function layoutOf(mart: string): MartLayout | undefined {
  return layouts[mart];
}

/** Whether readers hold a mart of so many rows in memory. */
export function isResident(mart: string, rows: number): boolean {
  return rows <= (layouts[mart]?.resident_rows ?? residentRows);
}
