import { z } from 'zod';
import { namedQuery } from '../../warehouse/marts/marts.ts';
import { mondayOf } from '../shared/days.ts';
import { column, defineDataset } from './dataset.ts';
import { inPeriod } from './fragments.ts';
import { period } from './parameters.ts';

const activeUsersQuery = namedQuery(
  'active_users',
  `select day, dau, wau, mau, stickiness, new_users, returning_users, resurrected_users, churned_users
from marts.active_users_daily
where ${inPeriod}
order by day`,
);

/** How many listeners are active, and how they come and go. */
const activeUsers = defineDataset({
  name: 'active-users',
  doc: 'Active listeners by day: daily, weekly (7 days) and monthly (28 days), and who came, came back and left.',
  params: z.strictObject(period),
  row: z.object({
    day: column.day('Day, UTC.'),
    dau: column.count('Listeners active on the day.'),
    wau: column.count('Listeners active in the 7 days that end on the day.'),
    mau: column.count('Listeners active in the 28 days that end on the day.'),
    stickiness: column.maybe('Daily over monthly active listeners, 0 to 1; null without any.'),
    new_users: column.count('Active for the first time.'),
    returning_users: column.count('Active, and last active at most 28 days before.'),
    resurrected_users: column.count('Active, and last active more than 28 days before.'),
    churned_users: column.count('Last active 28 days before.'),
  }),
  query: () => activeUsersQuery,
});

const retentionQuery = namedQuery(
  'retention',
  `select cohort_week, weeks_since, cohort_users, active_users, retention
from marts.retention_cohorts_weekly
where cohort_week between cast($first_week as date) and cast($to as date)
order by cohort_week, weeks_since`,
);

/** Who of those that came in a week is still there. */
const retention = defineDataset({
  name: 'retention',
  doc: 'Listeners by the week they first came, and how many of them are active in the weeks after.',
  params: z.strictObject(period),
  row: z.object({
    cohort_week: column.day('Monday of the week in which they first came.'),
    weeks_since: column.count('Weeks since then, from 0.'),
    cohort_users: column.count('Listeners who first came in that week.'),
    active_users: column.count('Of these, active in the week.'),
    retention: column.count('Active ones as a share of all, 0 to 1.'),
  }),
  query: () => retentionQuery,
  derive: ({ from }) => ({ first_week: from === undefined ? null : mondayOf(from) }),
});

const funnelQuery = namedQuery(
  'funnel',
  `select coalesce(sum(visits), 0) as visits, coalesce(sum(register_views), 0) as register_views,
  coalesce(sum(sign_ups), 0) as sign_ups, coalesce(sum(listened), 0) as listened,
  coalesce(sum(upgraded), 0) as upgraded
from marts.conversion_funnel_daily
where ${inPeriod}`,
);

/** From a visit to a subscription. */
const funnel = defineDataset({
  name: 'funnel',
  doc: 'From a visit by a guest to a subscription, for visits of a period.',
  params: z.strictObject(period),
  row: z.object({
    visits: column.count('Sessions of guests.'),
    register_views: column.count('Of these, saw the page Register.'),
    sign_ups: column.count('Of these, signed up.'),
    listened: column.count('Of these, have started a song since.'),
    upgraded: column.count('Of these, have upgraded to paid since.'),
  }),
  query: () => funnelQuery,
});

const subscriptionsQuery = namedQuery(
  'subscriptions',
  `select day, upgrades, downgrades, cancellations, paid_users, free_users
from marts.subscriptions_daily
where ${inPeriod}
order by day`,
);

/** Who pays. */
const subscriptions = defineDataset({
  name: 'subscriptions',
  doc: 'Changes of subscription by day, and listeners by level at the end of the day.',
  params: z.strictObject(period),
  row: z.object({
    day: column.day('Day, UTC.'),
    upgrades: column.count('Changes from free to paid.'),
    downgrades: column.count('Changes from paid to free.'),
    cancellations: column.count('Listeners who cancelled.'),
    paid_users: column.count('Listeners on paid at the end of the day.'),
    free_users: column.count('Listeners on free at the end of the day.'),
  }),
  query: () => subscriptionsQuery,
});

const sessionsQuery = namedQuery(
  'sessions',
  `select day, sessions, known_sessions, single_page_sessions, page_views, streams, mean_minutes
from marts.sessions_daily
where ${inPeriod}
order by day`,
);

/** Sessions. */
const sessions = defineDataset({
  name: 'sessions',
  doc: 'Sessions by the day on which they began.',
  params: z.strictObject(period),
  row: z.object({
    day: column.day('Day, UTC.'),
    sessions: column.count('Sessions that began.'),
    known_sessions: column.count('Of these, with a listener who logged in.'),
    single_page_sessions: column.count('Of these, with one page view.'),
    page_views: column.count('Page views of these sessions.'),
    streams: column.count('Songs started in these sessions.'),
    mean_minutes: column.maybe('Mean length, minutes.'),
  }),
  query: () => sessionsQuery,
});

/** The datasets about growth, in the order of the API's document. */
export const growthDatasets = [activeUsers, subscriptions, retention, funnel, sessions] as const;
