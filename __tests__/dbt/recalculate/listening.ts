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

export function activityHourly({ listen_events }: EventsByTopic): Row[] {
  const hours = groupBy(listen_events, (event) => hourOf(event.ts));
  return sortedBy(
    [...hours].map(([hour, streams]) => ({ hour, ...listening(streams) })),
    'hour',
  );
}

export function activityDaily({ listen_events, page_view_events }: EventsByTopic): Row[] {
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

export function songPopularityDaily({ listen_events }: EventsByTopic): Row[] {
  const groups = groupBy(listen_events, (event) => JSON.stringify([dayOf(event.ts), songOf(event)]));
  const rows = [...groups.values()].map((streams) => {
    const [{ ts, song, artist }] = streams as [Listen];
    return { day: dayOf(ts), song, artist, ...byLevel(streams) };
  });
  return sortedBy(rows, 'day', 'song', 'artist');
}

export function artistPopularityDaily({ listen_events }: EventsByTopic): Row[] {
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

export const songRunningTotalsDaily = running(songOf, 'song_key');
export const artistRunningTotalsDaily = running(artistOf, 'artist_key');

export function songPopularityByStateDaily({ listen_events }: EventsByTopic): Row[] {
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

export const songTotals = totals(songOf, 'song_key');
export const artistTotals = totals(artistOf, 'artist_key');

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
export function demographicsDaily({ listen_events, page_view_events }: EventsByTopic): Row[] {
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
export function sessionsDaily({ page_view_events }: EventsByTopic): Row[] {
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

export function listenersBySegmentDaily({ listen_events, page_view_events }: EventsByTopic): Row[] {
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
export function dimUsers({ page_view_events, status_change_events }: EventsByTopic): Row[] {
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
