import { type ReferenceTableName, referenceTableNames } from '../contract/reference-tables.ts';
import type { ObjectStore } from '../lake/object-store.ts';
import { referenceFolder, referencePath } from '../lake/paths.ts';
import { errorMessage, SetupError } from '../program/errors.ts';
import type { ReferenceFile, Warehouse } from '../warehouse/raw/warehouse.ts';

const newline = 0x0a;

/** The source that a line of reference data says it is of; undefined where it is no such line. */
function sourceOf(line: string): unknown {
  try {
    return (JSON.parse(line) as { source?: unknown } | null)?.source;
  } catch {
    return undefined;
  }
}

/** Counts the rows of an object; the first must name the source that the object is called. */
async function inspect(store: ObjectStore, path: string, source: string): Promise<ReferenceFile> {
  const content = await store.read(path);
  const first = content?.subarray(0, content.indexOf(newline)).toString() ?? '';
  if (!content || content.at(-1) !== newline || sourceOf(first) !== source) {
    throw new SetupError(
      'lake_corrupt',
      `${path} is no reference data: expected JSON lines, each ended by a newline, whose "source" is ` +
        `${JSON.stringify(source)}, got ${JSON.stringify(first.slice(0, 200))}: delete the object or put it right`,
    );
  }
  let records = 0;
  for (let at = content.indexOf(newline); at >= 0; at = content.indexOf(newline, at + 1)) records++;
  return { path, records };
}

interface ReferenceOptions {
  /** Whether what the warehouse has seen is loaded again. @default false */
  readonly always?: boolean;
}

/**
 * All that the lake has of a reference table, if there is an object that the warehouse has not seen, or `always`; else
 * nothing.
 * @throws SetupError `lake_corrupt` for an object that is no reference data.
 */
export async function dueReference(
  store: ObjectStore,
  warehouse: Warehouse,
  table: ReferenceTableName,
  { always = false }: ReferenceOptions = {},
): Promise<readonly ReferenceFile[]> {
  const folder = referenceFolder(table);
  const sources: string[] = [];
  for await (const { path } of store.list(folder)) {
    const source = path.slice(folder.length).replace(/\.jsonl$/, '');
    if (path === referencePath(table, source)) sources.push(source);
  }
  const seen = new Set(await warehouse.referenceSources(table));
  if (!always && sources.every((source) => seen.has(source))) return [];
  const files: ReferenceFile[] = [];
  for (const source of sources) files.push(await inspect(store, referencePath(table, source), source));
  return files;
}

/** The rows that each reference table got; 0 where there was nothing to do. */
export type ReferenceRows = Readonly<Record<ReferenceTableName, number>>;

/**
 * Replaces each reference table by all that the lake has of it, if there is something new, or `always`. One that fails
 * keeps what it had, and the others load.
 * @throws SetupError `lake_corrupt` for an object that is no reference data, `load_mismatch` when rows are missing; when
 *   several tables fail, the message of each.
 */
export async function loadReferenceTables(
  store: ObjectStore,
  warehouse: Warehouse,
  options?: ReferenceOptions,
): Promise<ReferenceRows> {
  const rows: Partial<Record<ReferenceTableName, number>> = {};
  const faults: unknown[] = [];
  for (const table of referenceTableNames) {
    try {
      const files = await dueReference(store, warehouse, table, options);
      rows[table] = files.length > 0 ? await warehouse.replaceReference(table, files) : 0;
    } catch (error) {
      faults.push(error);
    }
  }
  if (faults.length === 1) throw faults[0];
  if (faults.length > 1) {
    const all = new AggregateError(faults, faults.map(errorMessage).join('\n'));
    const isSetup = faults.every((fault) => fault instanceof SetupError);
    throw isSetup ? new SetupError('load_mismatch', all.message, { cause: all }) : all;
  }
  return rows as ReferenceRows;
}
