import type { TopicName } from '../../contract/topics.ts';
import type { EncodedTopic } from '../encode/output.ts';

/** The forms in which events can be had. */
export type FormatName = 'avro' | 'json';

/** Events by topic. */
export type TopicCounts = Readonly<Record<TopicName, number>>;

/** What happened between two times, encoded. */
export interface Slice {
  /** Seconds since the window's start. */
  readonly from: number;
  readonly until: number;
  /** For each wanted format the topics of each part of the population, in the order of the parts. */
  readonly encoded: Readonly<Partial<Record<FormatName, readonly (readonly EncodedTopic[])[]>>>;
  readonly counts: TopicCounts;
  /** Listeners so far, and sessions that were given a number. */
  readonly users: number;
  readonly sessions: number;
}

/** No events. */
export const noEvents: TopicCounts = {
  listen_events: 0,
  page_view_events: 0,
  auth_events: 0,
  status_change_events: 0,
};

/** The sum of two counts, topic by topic. */
export function addCounts(left: TopicCounts, right: TopicCounts): TopicCounts {
  return {
    listen_events: left.listen_events + right.listen_events,
    page_view_events: left.page_view_events + right.page_view_events,
    auth_events: left.auth_events + right.auth_events,
    status_change_events: left.status_change_events + right.status_change_events,
  };
}

/** All events of a count. */
export function totalOf(counts: TopicCounts): number {
  return counts.listen_events + counts.page_view_events + counts.auth_events + counts.status_change_events;
}
