import { type NamedQuery, namedQuery } from '../../warehouse/marts/marts.ts';

/** Conditions that many queries share. The period's ends are always given: see `resolvePeriod`. */
export const inPeriod = 'day between cast($from as date) and cast($to as date)';

/** The audience of a request as far as it is given. */
export interface Audience {
  readonly state?: unknown;
  readonly level?: unknown;
}

/**
 * A query for each way of giving an audience: a condition that is not there costs nothing, one that is true for all does.
 * @param text The query with these conditions, each of which begins with `and`.
 */
export function perAudience(
  name: string,
  text: (ofAudience: string) => string,
): (audience: Audience) => NamedQuery {
  const everyone = namedQuery(name, text(''));
  const ofState = namedQuery(`${name}_of_state`, text(' and state = $state'));
  const ofLevel = namedQuery(`${name}_of_level`, text(' and level = $level'));
  const ofBoth = namedQuery(`${name}_of_state_and_level`, text(' and state = $state and level = $level'));
  return ({ state, level }) => {
    if (state === undefined) return level === undefined ? everyone : ofLevel;
    return level === undefined ? ofState : ofBoth;
  };
}

/**
 * What an average day's listeners are divided by, whoever they are: the days of the period on which anybody was seen. A
 * day on which nobody of an audience listened counts.
 */
export const daysOfPeriod = `(select count(*) from marts.activity_daily where ${inPeriod})`;
