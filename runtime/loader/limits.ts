import { formatHour } from '../lake/paths.ts';

/**
 * Hours of one topic that may be loaded into BigQuery within 24 hours. It takes 1,500 load jobs for a table and day,
 * failed ones included (https://cloud.google.com/bigquery/quotas#load_jobs). The bookkeeping knows those that went
 * well; the other 500 are kept for those that failed: an hour that is refused costs one load in each run, two in the
 * first.
 */
export const bigQueryHoursPerDay = 1_000;

/** How many hours of one topic are loaded, oldest first. */
export interface LoadLimits {
  /** In one run. */
  readonly maxHours: number;
  /** Within 24 hours, over all runs. @default no limit */
  readonly maxHoursPerDay?: number;
}

/** Hours of a topic that are due and not loaded now. */
export interface LeftHours extends LoadLimits {
  readonly topic: string;
  readonly hours: number;
  /** The first of them. */
  readonly from: string;
  /** Hours of the topic that were loaded within the last 24 hours. */
  readonly loadedInDay: number;
}

/** Cuts hours, which come oldest first, to what may be loaded now. `loadedInDay` is by topic. */
export function withinLimits<Hour extends { readonly topic: string; readonly hour: number }>(
  hours: readonly Hour[],
  { maxHours, maxHoursPerDay }: LoadLimits,
  loadedInDay: ReadonlyMap<string, number>,
): { readonly due: readonly Hour[]; readonly left: readonly LeftHours[] } {
  const due: Hour[] = [];
  const left: LeftHours[] = [];
  for (const [topic, ofTopic] of Map.groupBy(hours, (hour) => hour.topic)) {
    const loaded = loadedInDay.get(topic) ?? 0;
    const inDay = Math.max(0, (maxHoursPerDay ?? Number.POSITIVE_INFINITY) - loaded);
    const allowed = Math.min(maxHours, inDay);
    due.push(...ofTopic.slice(0, allowed));
    const next = ofTopic[allowed];
    if (!next) continue;
    left.push({
      topic,
      hours: ofTopic.length - allowed,
      from: formatHour(next.hour),
      loadedInDay: loaded,
      maxHours,
      ...(maxHoursPerDay === undefined ? {} : { maxHoursPerDay }),
    });
  }
  return { due, left };
}
