import type { EventOf, TopicName } from '../../runtime/contract/topics.ts';
import { nulls, perTopic } from '../support/topics.ts';

/** The events of each topic, in the order in which they happened. */
export type EventsByTopic = { [T in TopicName]: EventOf<T>[] };

/** What to simulate. */
interface ListenersOptions {
  readonly seed: number;
  readonly users: number;
  readonly days: number;
  /** First instant of the window, milliseconds since the epoch. @default 2026-03-01T00:00Z, a Sunday */
  readonly start?: number;
  /** Mean sessions of a user per day. @default 0.6 */
  readonly sessionsPerDay?: number;
  readonly tag?: string | null;
}

const day = 86_400_000;
const states = ['CA', 'NY', 'TX', 'WA', 'OH'] as const;
const agents = [
  '"Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/36.0.1985.143 Safari/537.36"',
  'Mozilla/5.0 (Windows NT 6.1; WOW64; rv:31.0) Gecko/20100101 Firefox/31.0',
  '"Mozilla/5.0 (iPhone; CPU iPhone OS 7_1_2 like Mac OS X) AppleWebKit/537.51.2 (KHTML, like Gecko) Version/7.0 Mobile/11D257 Safari/9537.53"',
  '"Mozilla/5.0 (iPad; CPU OS 7_1_2 like Mac OS X) AppleWebKit/537.51.2 (KHTML, like Gecko) Version/7.0 Mobile/11D257 Safari/9537.53"',
  '"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_4) AppleWebKit/537.77.4 (KHTML, like Gecko) Version/7.0.5 Safari/537.77.4"',
];

/** Uniform numbers in [0, 1) from a 32-bit seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * A small listening public for tests of the warehouse: visitors who register, listen, change level, log in and fail
 * to, cancel; sessions that cross midnight; songs without a key in the catalogue. The same options give the same events.
 * It is not the generator: it knows no rhythm of day or week.
 */
export function simulateListeners(options: ListenersOptions): EventsByTopic {
  const { users, days, start = Date.UTC(2026, 2, 1), sessionsPerDay = 0.6, tag = null } = options;
  const uniform = random(options.seed);
  const pick = <T>(items: readonly T[]) => items[Math.floor(uniform() * items.length)] as T;
  const events: EventsByTopic = perTopic(() => []);
  let sessionId = options.seed * 1_000_000;

  for (let index = 0; index < users; index++) {
    const place = {
      city: `City ${index % 37}`,
      zip: String(index % 61).padStart(5, '0'),
      state: states[index % states.length] as string,
      lon: -80 - (index % 61) / 10,
      lat: 30 + (index % 61) / 10,
      userAgent: agents[index % agents.length] as string,
    };
    const grown = index % 5 === 0;
    const person = {
      userId: index + 2,
      firstName: `First${index}`,
      lastName: index % 11 === 0 ? 'Corazón' : `Last${index}`,
      gender: index % 3 === 0 ? 'M' : 'F',
      registration: grown ? null : start - Math.floor(uniform() * 400) * day,
    };
    let level = !grown && uniform() < 0.2 ? 'paid' : 'free';
    let auth = grown ? 'Guest' : 'Logged In';
    let now = start + Math.floor(uniform() * (day / sessionsPerDay / 1000)) * 1000;

    while (now < start + days * day && auth !== 'Cancelled') {
      sessionId += 1;
      let item = 0;
      const common = (shown: boolean) => ({
        ts: now,
        sessionId,
        itemInSession: item,
        level,
        ...place,
        ...(shown
          ? { ...person, tag }
          : { userId: null, firstName: null, lastName: null, gender: null, registration: null, tag }),
      });
      const shown = () => auth === 'Logged In' || auth === 'Cancelled';
      const view = (page: string, method = 'GET', status = 200, track = noTrack) => {
        events.page_view_events.push({
          ...nulls('page_view_events'),
          ...common(shown()),
          auth,
          page,
          method,
          status,
          ...track,
        });
        item += 1;
        now += (status === 307 ? 1 : 5 + Math.floor(uniform() * 120)) * 1000;
      };
      if (auth === 'Guest') {
        view('Home');
        view('Register');
        if (uniform() < 0.7) {
          person.registration = now;
          auth = 'Logged In';
          view('Submit Registration', 'PUT', 307);
        }
      } else if (auth === 'Logged Out') {
        view('Home');
        view('Login', 'PUT', 307);
        const success = uniform() < 0.85;
        if (success) auth = 'Logged In';
        events.auth_events.push({ ...nulls('auth_events'), ...common(shown()), auth: null, success });
        view('Home');
      } else if (uniform() < 0.5) {
        view('Home');
      }
      while (auth === 'Logged In') {
        const draw = uniform();
        if (draw < (level === 'paid' ? 0.9 : 0.7)) {
          const rank = Math.floor(uniform() ** 2 * 400);
          const track = {
            artist: `Artist ${rank % 90}`,
            song: `Song ${rank}`,
            duration: 120 + (rank % 200) + 0.44118,
            trackId: rank % 7 === 0 ? null : `TR${String(rank).padStart(16, '0')}`,
          };
          events.listen_events.push({ ...nulls('listen_events'), ...common(true), auth, ...track });
          const at = now;
          view('NextSong', 'PUT', 200, track);
          now = at + Math.floor(track.duration) * 1000;
        } else if (draw < 0.92) {
          const from = level;
          const to = from === 'free' ? 'paid' : 'free';
          view(from === 'free' ? 'Upgrade' : 'Downgrade');
          if (uniform() < (from === 'free' ? 0.35 : 0.15)) {
            const newLevel = index % 4 === 0 ? null : to;
            events.status_change_events.push({
              ...nulls('status_change_events'),
              ...common(true),
              auth,
              newLevel,
            });
            view(from === 'free' ? 'Submit Upgrade' : 'Submit Downgrade', 'PUT', 307);
            level = to;
          }
        } else if (draw < 0.95) {
          view(pick(['About', 'Help', 'Settings', 'Error']), 'GET', 200);
        } else if (draw < 0.953) {
          view('Cancel', 'PUT', 307);
          auth = 'Cancelled';
          view('Cancellation Confirmation');
        } else if (draw < 0.97) {
          view('Logout', 'PUT', 307);
          auth = 'Logged Out';
        } else break;
      }
      now += 1_800_000 + Math.floor((-Math.log(1 - uniform()) * day) / sessionsPerDay / 1000) * 1000;
    }
  }
  const end = start + days * day;
  const inWindow = <E extends { ts: number }>(list: E[]) =>
    list.filter((event) => event.ts < end).sort((a, b) => a.ts - b.ts);
  return perTopic((topic) => inWindow<EventOf<TopicName>>(events[topic])) as EventsByTopic;
}

/** The events of each topic that are to be kept. */
export function eventsWhere(
  events: EventsByTopic,
  keep: (event: { readonly ts: number; readonly sessionId: number }) => boolean,
): EventsByTopic {
  return perTopic((topic) => (events[topic] as EventOf<TopicName>[]).filter(keep)) as EventsByTopic;
}

const noTrack: {
  artist: string | null;
  song: string | null;
  duration: number | null;
  trackId: string | null;
} = {
  artist: null,
  song: null,
  duration: null,
  trackId: null,
};
