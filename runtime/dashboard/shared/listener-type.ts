/** The figures of a year that decide what kind of listener somebody was. */
interface YearFigures {
  readonly streams?: unknown;
  readonly songs?: unknown;
  readonly artists?: unknown;
  readonly favourite_hour?: unknown;
  readonly longest_streak_days?: unknown;
  readonly percentile?: unknown;
}

/** A kind of listener. */
interface ListenerType {
  readonly key: string;
  readonly name: string;
  /** Why somebody is one, in a sentence to them. */
  readonly sentence: string;
}

const types = {
  devotee: {
    key: 'devotee',
    name: 'The Devotee',
    sentence: 'You know what you love and come back to it: each song was played twice or more on average.',
  },
  explorer: {
    key: 'explorer',
    name: 'The Explorer',
    sentence: 'Hardly ever the same song twice: nine plays in ten were of a new one.',
  },
  regular: {
    key: 'regular',
    name: 'The Regular',
    sentence: 'Two weeks or more in a row with music every day.',
  },
  marathoner: {
    key: 'marathoner',
    name: 'The Marathoner',
    sentence: 'Nine listeners in ten spent less time with music than you.',
  },
  'night-owl': {
    key: 'night-owl',
    name: 'The Night Owl',
    sentence: 'Your music begins when others sleep: your favourite hour lies between midnight and five, UTC.',
  },
  wanderer: {
    key: 'wanderer',
    name: 'The Wanderer',
    sentence: 'A little of everything, whenever it suits you.',
  },
} as const satisfies Record<string, ListenerType>;

/** All kinds by key. */
export const listenerTypes: Readonly<Record<string, ListenerType>> = types;

const number = (value: unknown) => (typeof value === 'number' ? value : 0);

/** What kind of listener a year makes; the first that fits, the rarer ones first. */
export function listenerType(figures: YearFigures): ListenerType {
  const streams = number(figures.streams);
  const songs = number(figures.songs);
  if (number(figures.percentile) >= 0.9) return types.marathoner;
  if (number(figures.longest_streak_days) >= 14) return types.regular;
  if (songs > 0 && streams / songs >= 2) return types.devotee;
  if (number(figures.favourite_hour) < 5) return types['night-owl'];
  if (streams > 0 && songs / streams >= 0.9) return types.explorer;
  return types.wanderer;
}
