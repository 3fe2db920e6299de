/** Conditions that many queries share. The period's ends are always given: see `resolvePeriod`. */
export const inPeriod = 'day between cast($from as date) and cast($to as date)';

/** Narrows to a state and a level where they are given. */
export const ofAudience =
  '(cast($state as string) is null or state = $state) and (cast($level as string) is null or level = $level)';

/**
 * What an average day's listeners are divided by, whoever they are: the days of the period on which anybody was seen. A
 * day on which nobody of an audience listened counts.
 */
export const daysOfPeriod = `(select count(*) from marts.activity_daily where ${inPeriod})`;
