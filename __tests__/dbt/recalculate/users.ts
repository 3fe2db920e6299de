import type { EventsByTopic } from '../listeners.ts';
import {
  addDays,
  calendar,
  dayOf,
  daysBetween,
  groupBy,
  type Recalculation,
  type Row,
  sortedBy,
  weekOf,
} from './plain.ts';

/** The days on which each listener was seen, in order. */
function activeDays({ page_view_events }: EventsByTopic): Map<string, string[]> {
  const known = page_view_events.filter((view) => view.userId !== null);
  const users = groupBy(known, (view) => String(view.userId));
  return new Map(
    [...users].map(([user, views]) => [user, [...new Set(views.map((view) => dayOf(view.ts)))].sort()]),
  );
}

/** Every day from the first to the last with an event. */
function allDays({ page_view_events }: EventsByTopic): string[] {
  const days = page_view_events.map((view) => dayOf(view.ts)).sort();
  return calendar(days[0] ?? '', days.at(-1) ?? '');
}

function activeUsersDaily(events: EventsByTopic): Row[] {
  const users = [...activeDays(events).values()];
  const within = (day: string, window: number) =>
    users.filter((days) => days.some((seen) => seen <= day && seen > addDays(day, -window))).length;
  return allDays(events).map((day) => {
    const today = users.filter((days) => days.includes(day));
    const gap = (days: string[]) => {
      const before = days.filter((seen) => seen < day).at(-1);
      return before === undefined ? null : daysBetween(before, day);
    };
    const [dau, mau] = [today.length, within(day, 28)];
    return {
      day,
      dau,
      wau: within(day, 7),
      mau,
      stickiness: mau > 0 ? dau / mau : null,
      new_users: today.filter((days) => gap(days) === null).length,
      returning_users: today.filter((days) => (gap(days) ?? 99) <= 28).length,
      resurrected_users: today.filter((days) => (gap(days) ?? 0) > 28).length,
      churned_users: users.filter(
        (days) => !days.includes(day) && days.filter((seen) => seen < day).at(-1) === addDays(day, -28),
      ).length,
    };
  });
}

function retentionCohortsWeekly(events: EventsByTopic): Row[] {
  const weeks = [...activeDays(events).values()].map((days) => [...new Set(days.map(weekOf))]);
  const cohorts = groupBy(weeks, ([first]) => String(first));
  const rows: Row[] = [];
  for (const [cohort, members] of cohorts) {
    const seen = new Set(members.flat());
    for (const week of seen) {
      const active = members.filter((member) => member.includes(week)).length;
      rows.push({
        cohort_week: cohort,
        weeks_since: daysBetween(cohort, week) / 7,
        cohort_users: members.length,
        active_users: active,
        retention: active / members.length,
      });
    }
  }
  return sortedBy(rows, 'cohort_week', 'weeks_since');
}

function conversionFunnelDaily(events: EventsByTopic): Row[] {
  const sessions = [...groupBy(events.page_view_events, (view) => String(view.sessionId)).values()];
  const visits = sessions
    .filter((views) => views.some((view) => view.auth === 'Guest'))
    .map((views) => ({
      day: dayOf(Math.min(...views.map((view) => view.ts))),
      registerView: views.some((view) => view.page === 'Register'),
      user: views.some((view) => view.page === 'Submit Registration')
        ? (views.find((view) => view.userId !== null)?.userId ?? null)
        : null,
    }));
  const listeners = new Set(events.listen_events.map((event) => event.userId));
  const upgraders = new Set(
    events.status_change_events.filter((change) => change.level === 'free').map((change) => change.userId),
  );
  const rows = [...groupBy(visits, (visit) => visit.day)].map(([day, list]) => {
    const signedUp = list.filter((visit) => visit.user !== null);
    const listened = signedUp.filter((visit) => listeners.has(visit.user));
    return {
      day,
      visits: list.length,
      register_views: list.filter((visit) => visit.registerView).length,
      sign_ups: signedUp.length,
      listened: listened.length,
      upgraded: listened.filter((visit) => upgraders.has(visit.user)).length,
    };
  });
  return sortedBy(rows, 'day');
}

/** Levels at the end of each day, by walking through every listener's changes. */
function subscriptionsDaily(events: EventsByTopic): Row[] {
  const known = events.page_view_events.filter((view) => view.userId !== null);
  const users = [...groupBy(known, (view) => String(view.userId)).values()];
  const changes = groupBy(events.status_change_events, (change) => String(change.userId));
  const sessions = [...groupBy(events.page_view_events, (view) => String(view.sessionId)).values()];
  const levelAt = (views: typeof known, day: string): string | null => {
    const [first] = views;
    if (!first) return null;
    const signUp = dayOf(Math.min(views.at(-1)?.registration ?? first.ts, first.ts));
    if (signUp > day) return null;
    const done = (changes.get(String(first.userId)) ?? []).filter((change) => dayOf(change.ts) <= day);
    const last = done.at(-1);
    if (!last) return first.level;
    return last.newLevel ?? (last.level === 'free' ? 'paid' : 'free');
  };
  return allDays(events).map((day) => {
    const today = events.status_change_events.filter((change) => dayOf(change.ts) === day);
    const levels = users.map((views) => levelAt(views, day));
    return {
      day,
      upgrades: today.filter((change) => change.level === 'free').length,
      downgrades: today.filter((change) => change.level === 'paid').length,
      cancellations: sessions.filter(
        (views) =>
          views.some((view) => view.page === 'Cancellation Confirmation') &&
          dayOf(Math.max(...views.map((view) => view.ts))) === day,
      ).length,
      paid_users: levels.filter((level) => level === 'paid').length,
      free_users: levels.filter((level) => level === 'free').length,
    };
  });
}

export const recalculations: readonly Recalculation[] = [
  [
    'marts.active_users_daily',
    activeUsersDaily,
    'day, dau, wau, mau, stickiness, new_users, returning_users, resurrected_users, churned_users',
    'day',
  ],
  [
    'marts.retention_cohorts_weekly',
    retentionCohortsWeekly,
    'cohort_week, weeks_since, cohort_users, active_users, retention',
    'cohort_week, weeks_since',
  ],
  [
    'marts.conversion_funnel_daily',
    conversionFunnelDaily,
    'day, visits, register_views, sign_ups, listened, upgraded',
    'day',
  ],
  [
    'marts.subscriptions_daily',
    subscriptionsDaily,
    'day, upgrades, downgrades, cancellations, paid_users, free_users',
    'day',
  ],
];
