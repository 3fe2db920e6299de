import type { EventsByTopic } from '../listeners.ts';
import {
  artistOf,
  calendar,
  dayOf,
  daysBetween,
  groupBy,
  hourOf,
  type Listen,
  milliseconds,
  type Recalculation,
  type Row,
  songOf,
  sortedBy,
  type View,
} from './plain.ts';

function listening(streams: readonly Listen[]) {
  return {
    streams: streams.length,
    listeners: new Set(streams.map((stream) => stream.userId)).size,
    minutes: streams.reduce((sum, stream) => sum + milliseconds(stream), 0) / 60_000,
  };
}

function activityHourly({ listen_events }: EventsByTopic): Row[] {
  const hours = groupBy(listen_events, (event) => hourOf(event.ts));
  return sortedBy(
    [...hours].map(([hour, streams]) => ({ hour, ...listening(streams) })),
    'hour',
  );
}

function activityDaily({ listen_events, page_view_events }: EventsByTopic): Row[] {
  const known = page_view_events.filter((view) => view.userId !== null);
  const registrations = new Map(known.map((view) => [view.userId, view.registration]));
  const signUps = groupBy(registrations.values(), (at) => (at === null ? '' : dayOf(at)));
  const firstViews = [...groupBy(page_view_events, (view) => String(view.sessionId)).values()].map((views) =>
    Math.min(...views.map((view) => view.ts)),
  );
  const sessions = groupBy(firstViews, dayOf);
  const streams = groupBy(listen_events, (event) => dayOf(event.ts));
  const days = new Set(known.map((view) => dayOf(view.ts)));
  return [...days].sort().map((day) => ({
    day,
    ...listening(streams.get(day) ?? []),
    new_users: signUps.get(day)?.length ?? 0,
    sessions: sessions.get(day)?.length ?? 0,
  }));
}

/** Listening, and how much of it was of paid listeners. */
function byLevel(streams: readonly Listen[]) {
  const paid = listening(streams.filter(({ level }) => level === 'paid'));
  return { ...listening(streams), paid_streams: paid.streams, paid_minutes: paid.minutes };
}

function songPopularityDaily({ listen_events }: EventsByTopic): Row[] {
  const groups = groupBy(listen_events, (event) => JSON.stringify([dayOf(event.ts), songOf(event)]));
  const rows = [...groups.values()].map((streams) => {
    const [{ ts, song, artist }] = streams as [Listen];
    return { day: dayOf(ts), song, artist, ...byLevel(streams) };
  });
  return sortedBy(rows, 'day', 'song', 'artist');
}

function artistPopularityDaily({ listen_events }: EventsByTopic): Row[] {
  const groups = groupBy(listen_events, (event) => `${dayOf(event.ts)} ${event.artist}`);
  const rows = [...groups.values()].map((streams) => {
    const [{ ts, artist }] = streams as [Listen];
    return { day: dayOf(ts), artist, ...byLevel(streams) };
  });
  return sortedBy(rows, 'day', 'artist');
}

const running = (item: (stream: Listen) => string, column: string) => (events: EventsByTopic) => {
  const last = dayOf(Math.max(...Object.values(events).flatMap((topic) => topic.map(({ ts }) => ts))));
  const rows = [...groupBy(events.listen_events, item)].flatMap(([key, streams]) => {
    const first = dayOf(Math.min(...streams.map(({ ts }) => ts)));
    return calendar(first, last).map((day) => {
      const { listeners: _, ...measures } = byLevel(streams.filter(({ ts }) => dayOf(ts) <= day));
      return { day, [column]: key, ...measures };
    });
  });
  return sortedBy(rows, 'day', column);
};

const songRunningTotalsDaily = running(songOf, 'song_key');
const artistRunningTotalsDaily = running(artistOf, 'artist_key');

function songPopularityByStateDaily({ listen_events }: EventsByTopic): Row[] {
  const groups = groupBy(listen_events, (event) =>
    JSON.stringify([dayOf(event.ts), event.state, songOf(event)]),
  );
  const rows = [...groups].map(([group, streams]) => {
    const [day, state, song_key] = JSON.parse(group) as [string, string, string];
    const { listeners: _, ...measures } = byLevel(streams);
    return { day, state, song_key, ...measures };
  });
  return sortedBy(rows, 'day', 'state', 'song_key');
}

const totals = (item: (stream: Listen) => string, column: string) => (events: EventsByTopic) => {
  const groups = groupBy(events.listen_events, item);
  const rows = [...groups].map(([key, streams]) => {
    const days = groupBy(streams, (event) => dayOf(event.ts));
    const [first_day, last_day] = [[...days.keys()].sort()[0], [...days.keys()].sort().at(-1)];
    const best = Math.max(...Array.from(days.values(), (day) => day.length));
    const best_day = [...days.keys()].sort().find((day) => days.get(day)?.length === best);
    const { streams: count, minutes } = listening(streams);
    return { [column]: key, streams: count, minutes, first_day, last_day, best_day, best_day_streams: best };
  });
  return sortedBy(rows as Row[], column);
};

const songTotals = totals(songOf, 'song_key');
const artistTotals = totals(artistOf, 'artist_key');

/** The last page view of each listener on each day, by `<day> <user>`. */
function lastViews(page_view_events: readonly View[]): Map<string, View> {
  const lastView = new Map<string, View>();
  for (const view of page_view_events) {
    const id = `${dayOf(view.ts)} ${view.userId}`;
    const last = lastView.get(id);
    const later =
      !last || view.ts > last.ts || (view.ts === last.ts && view.itemInSession > last.itemInSession);
    if (later) lastView.set(id, view);
  }
  return lastView;
}

/** A word of the user agent and the device that it tells; the first that is there counts. */
const deviceWords = [
  ['iPad', 'iPad'],
  ['iPhone', 'iPhone'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Macintosh', 'Mac'],
  ['Linux', 'Linux'],
  ['X11', 'Linux'],
] as const;

const deviceOf = (view: View) => deviceWords.find(([word]) => view.userAgent.includes(word))?.[1] ?? 'other';

function accountAgeOf(view: View): string {
  if (view.registration === null) return 'unknown';
  const days = daysBetween(dayOf(view.registration), dayOf(view.ts));
  if (days < 7) return 'first week';
  if (days < 28) return 'first 4 weeks';
  return days < 365 ? 'first year' : 'older';
}

const segmentsOf: Readonly<Record<string, (view: View) => string>> = {
  gender: (view) => view.gender ?? 'unknown',
  device: deviceOf,
  account_age: accountAgeOf,
};

/** Listeners by gender, device and age of the account, in each state and level. */
function demographicsDaily({ listen_events, page_view_events }: EventsByTopic): Row[] {
  const lastView = lastViews(page_view_events);
  const rows = Object.entries(segmentsOf).flatMap(([dimension, segmentOf]) => {
    const groups = groupBy(listen_events, (event) => {
      const view = lastView.get(`${dayOf(event.ts)} ${event.userId}`) as View;
      return JSON.stringify([dayOf(event.ts), view.state, view.level, segmentOf(view)]);
    });
    return [...groups].map(([group, streams]) => {
      const [day, state, level, segment] = JSON.parse(group) as [string, string, string, string];
      return { dimension, day, state, level, segment, ...listening(streams) };
    });
  });
  return sortedBy(rows, 'dimension', 'day', 'state', 'level', 'segment');
}

/** Sessions by the day on which they began, with everything in them. */
function sessionsDaily({ page_view_events }: EventsByTopic): Row[] {
  const sessions = [...groupBy(page_view_events, (view) => String(view.sessionId)).values()].map((views) => {
    const times = views.map(({ ts }) => ts);
    return {
      day: dayOf(Math.min(...times)),
      isKnown: views.some(({ userId }) => userId !== null),
      views: views.length,
      streams: views.filter(({ page }) => page === 'NextSong').length,
      minutes: (Math.max(...times) - Math.min(...times)) / 60_000,
    };
  });
  const rows = [...groupBy(sessions, ({ day }) => day)].map(([day, ofDay]) => {
    const total = (figure: 'views' | 'streams' | 'minutes') =>
      ofDay.reduce((sum, session) => sum + session[figure], 0);
    return {
      day,
      sessions: ofDay.length,
      known_sessions: ofDay.filter(({ isKnown }) => isKnown).length,
      single_page_sessions: ofDay.filter(({ views }) => views === 1).length,
      page_views: total('views'),
      streams: total('streams'),
      mean_minutes: total('minutes') / ofDay.length,
    };
  });
  return sortedBy(rows, 'day');
}

function listenersBySegmentDaily({ listen_events, page_view_events }: EventsByTopic): Row[] {
  const lastView = lastViews(page_view_events);
  const groups = groupBy(listen_events, (event) => {
    const view = lastView.get(`${dayOf(event.ts)} ${event.userId}`);
    return JSON.stringify([dayOf(event.ts), view?.state, view?.gender, view?.level]);
  });
  const rows = [...groups].map(([segment, streams]) => {
    const [day, state, gender, level] = JSON.parse(segment) as [string, string, string, string];
    return { day, state, gender, level, ...listening(streams) };
  });
  return sortedBy(rows, 'day', 'state', 'gender', 'level');
}

/** The periods of each listener's level: changes in their order, equal neighbours joined. */
function dimUsers({ page_view_events, status_change_events }: EventsByTopic): Row[] {
  const views = groupBy(
    page_view_events.filter((view) => view.userId !== null),
    (view) => String(view.userId),
  );
  const changes = groupBy(status_change_events, (change) => String(change.userId));
  const rows: Row[] = [];
  for (const [userId, seen] of views) {
    const [first] = seen as [View];
    const signUp = seen.at(-1)?.registration ?? first.ts;
    const periods = [{ from: Math.min(signUp, first.ts), level: first.level }];
    for (const change of changes.get(userId) ?? []) {
      const level = change.newLevel ?? (change.level === 'free' ? 'paid' : 'free');
      if (periods.at(-1)?.level !== level) periods.push({ from: change.ts, level });
    }
    for (const [index, { from, level }] of periods.entries()) {
      const next = periods[index + 1];
      rows.push({
        user_id: Number(userId),
        level,
        valid_from: new Date(from).toISOString(),
        valid_to: next ? new Date(next.from).toISOString() : '9999-12-31T00:00:00.000Z',
        is_current: !next,
      });
    }
  }
  return sortedBy(rows, 'user_id', 'valid_from');
}

const totalsColumns = 'streams, minutes, first_day, last_day, best_day, best_day_streams';

export const recalculations: readonly Recalculation[] = [
  ['marts.activity_hourly', activityHourly, 'hour, streams, listeners, minutes', 'hour'],
  ['marts.activity_daily', activityDaily, 'day, streams, listeners, minutes, new_users, sessions', 'day'],
  [
    'marts.song_popularity_daily',
    songPopularityDaily,
    'day, song, artist, streams, listeners, minutes, paid_streams, paid_minutes',
    'day, song, artist',
  ],
  [
    'marts.artist_popularity_daily',
    artistPopularityDaily,
    'day, artist, streams, listeners, minutes, paid_streams, paid_minutes',
    'day, artist',
  ],
  [
    'marts.song_running_totals_daily',
    songRunningTotalsDaily,
    'day, song_key, streams, minutes, paid_streams, paid_minutes',
    'day, song_key',
  ],
  [
    'marts.artist_running_totals_daily',
    artistRunningTotalsDaily,
    'day, artist_key, streams, minutes, paid_streams, paid_minutes',
    'day, artist_key',
  ],
  [
    'marts.song_popularity_by_state_daily',
    songPopularityByStateDaily,
    'day, state, song_key, streams, minutes, paid_streams, paid_minutes',
    'day, state, song_key',
  ],
  ['marts.song_totals', songTotals, `song_key, ${totalsColumns}`, 'song_key'],
  ['marts.artist_totals', artistTotals, `artist_key, ${totalsColumns}`, 'artist_key'],
  [
    'marts.demographics_daily',
    demographicsDaily,
    'dimension, day, state, level, segment, listeners, streams, minutes',
    'dimension, day, state, level, segment',
  ],
  [
    'marts.sessions_daily',
    sessionsDaily,
    'day, sessions, known_sessions, single_page_sessions, page_views, streams, mean_minutes',
    'day',
  ],
  [
    'marts.listeners_by_segment_daily',
    listenersBySegmentDaily,
    'day, state, gender, level, listeners, streams, minutes',
    'day, state, gender, level',
  ],
  ['core.dim_users', dimUsers, 'user_id, level, valid_from, valid_to, is_current', 'user_id, valid_from'],
];
