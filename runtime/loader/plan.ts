import { dayMs } from '../contract/durations.ts';
import { type ReferenceTableName, referenceTableNames } from '../contract/reference-tables.ts';
import type { ObjectStore } from '../lake/object-store.ts';
import { formatHour } from '../lake/paths.ts';
import type { HourRange, Warehouse } from '../warehouse/raw/warehouse.ts';
import { type LeftHours, type LoadLimits, withinLimits } from './limits.ts';
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

/** What a run is asked for. */
interface PlanProps extends LoadLimits {
  /** Hours to load whether they changed or not; undefined: those that changed since they were last loaded. */
  readonly range: HourRange | undefined;
}

/** What a run of the loader would do with hours. */
interface LoadPlan {
  /** Those that it would load, oldest first. */
  readonly hours: readonly PlannedHour[];
  /** Those that it would leave to a later run. */
  readonly left: readonly LeftHours[];
}

/** What a run of the loader would load now, without doing any of it. */
export async function planLoad(
  store: ObjectStore,
  warehouse: Warehouse,
  { range, ...limits }: PlanProps,
): Promise<LoadPlan> {
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
  const oldestFirst = (one: { topic: string; hour: number }, other: { topic: string; hour: number }) =>
    one.hour - other.hour || (one.topic < other.topic ? -1 : 1);
  const { due, left } = withinLimits(
    [...planned.values()].sort(oldestFirst),
    limits,
    await warehouse.loadsSince(Date.now() - dayMs),
  );
  return {
    hours: due.toSorted(oldestFirst).map((entry) => ({ ...entry, hour: formatHour(entry.hour) })),
    left,
  };
}
