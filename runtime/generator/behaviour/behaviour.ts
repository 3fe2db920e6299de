/** What a listener is doing: Eventsim's state. */
export interface State {
  readonly page: string;
  readonly auth: string;
  readonly level: string;
  readonly status: number;
  readonly method: string;
}

/** A step a listener may take inside a session. */
export interface Transition {
  readonly source: State;
  readonly dest: State;
  readonly probability: number;
}

/** How listeners behave, in Eventsim's terms; where the unit is not in the name it is Eventsim's own. */
export interface Behaviour {
  /** Mean seconds between two pages of a session; every listener has a log-normal mean of their own around it. */
  readonly alphaSeconds: number;
  /** Mean seconds between sessions before the session gap; log-normal over the listeners likewise. */
  readonly betaSeconds: number;
  /** Shortest time between two sessions, seconds. */
  readonly sessionGapSeconds: number;
  /** How strongly session starts are pulled towards 15:00 UTC; below 1 / (2 pi), where the day would fold. */
  readonly damping: number;
  /** The share of session starts that weekends and holidays lose, 0 to 1. */
  readonly weekendDamping: number;
  /** Minutes by which the ramps into and out of a weekend or holiday begin before, or end after, midnight. */
  readonly weekendDampingOffsetMinutes: number;
  /** Minutes that such a ramp takes. */
  readonly weekendDampingScaleMinutes: number;
  /** A listener whose session ends with this auth never returns. */
  readonly churnedAuth: string | undefined;
  readonly newUserAuth: string;
  readonly newUserLevel: string;
  /** Levels and auths of the first listeners, by weight. */
  readonly levels: Readonly<Record<string, number>>;
  readonly auths: Readonly<Record<string, number>>;
  /** Auths in which events carry the user's id and name. */
  readonly authsWithUserDetails: readonly string[];
  /** First states of a session, by weight among those with the listener's auth and level. */
  readonly newSession: readonly (State & { readonly weight: number })[];
  readonly transitions: readonly Transition[];
}

/** One line for a state in messages to people. */
export function describeState({ page, auth, level, status, method }: State): string {
  return `${page} (${auth}, ${level}, ${method} ${status})`;
}

/** A key that is equal for equal states. */
export function stateKey({ page, auth, level, status, method }: State): string {
  return JSON.stringify([page, auth, level, status, method]);
}
