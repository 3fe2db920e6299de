import { type ReferenceTableName, referenceTableNames } from '../contract/reference-tables.ts';
import type { ObjectStore } from '../lake/object-store.ts';
import { formatHour } from '../lake/paths.ts';
import type { HourRange, Warehouse } from '../warehouse/warehouse.ts';
import { dueReference } from './load-reference.ts';
import { unseenCommits } from './register-commits.ts';

/** An hour of a topic that a run would load. */
export interface PlannedHour {
  readonly topic: string;
  readonly hour: string;
  readonly files: number;
  readonly rows: number;
}

/** A reference table that a run would replace. */
export interface PlannedReference {
  readonly table: ReferenceTableName;
  readonly files: number;
  readonly rows: number;
}

/** The reference tables that a run of the loader would replace now. */
export async function planReference(
  store: ObjectStore,
  warehouse: Warehouse,
): Promise<readonly PlannedReference[]> {
  const planned: PlannedReference[] = [];
  for (const table of referenceTableNames) {
    const files = await dueReference(store, warehouse, table);
    const rows = files.reduce((sum, { records }) => sum + records, 0);
    if (files.length > 0) planned.push({ table, files: files.length, rows });
  }
  return planned;
}

/** What a run of the loader would load now, without doing any of it; oldest hours first. */
export async function planLoad(
  store: ObjectStore,
  warehouse: Warehouse,
  range: HourRange | undefined,
): Promise<readonly PlannedHour[]> {
  const within = (hour: number) =>
    hour >= (range?.since ?? Number.NEGATIVE_INFINITY) && hour < (range?.until ?? Number.POSITIVE_INFINITY);
  const planned = new Map<string, { topic: string; hour: number; files: number; rows: number }>();
  const add = (topic: string, hour: number, files: number, rows: number) => {
    const known = planned.get(`${topic} ${hour}`) ?? { topic, hour, files: 0, rows: 0 };
    planned.set(`${topic} ${hour}`, { topic, hour, files: known.files + files, rows: known.rows + rows });
  };
  const touched = new Set<string>();
  for await (const { files } of unseenCommits(store, warehouse)) {
    for (const { topic, hour, records } of files) {
      if (!within(hour)) continue;
      touched.add(`${topic} ${hour}`);
      add(topic, hour, 1, records);
    }
  }
  const dirty = new Set((await warehouse.dirtyHours()).map(({ topic, hour }) => `${topic} ${hour}`));
  for (const { topic, hour, files } of await warehouse.hoursBetween(range ?? {})) {
    const key = `${topic} ${hour}`;
    if (range || dirty.has(key) || touched.has(key)) {
      add(
        topic,
        hour,
        files.length,
        files.reduce((sum, { records }) => sum + records, 0),
      );
    }
  }
  return [...planned.values()]
    .sort((left, right) => left.hour - right.hour || (left.topic < right.topic ? -1 : 1))
    .map((entry) => ({ ...entry, hour: formatHour(entry.hour) }));
}
