import type { Behaviour } from '../behaviour/behaviour.ts';

/** Everything a simulated population depends on: equal settings give equal events, however the work is divided. */
export interface SimulationSettings {
  readonly behaviour: Behaviour;
  readonly seed: number;
  /** When the window begins, milliseconds since the epoch, UTC. */
  readonly startMs: number;
  /** When the window ends, where it does. */
  readonly endMs: number | undefined;
  /** Listeners at the start. */
  readonly users: number;
  /** Relative growth of the number of listeners per year, continuous: 0.1 makes e^0.1 times as many. */
  readonly growthRate: number;
  /** Relative loss of listeners per year, continuous. */
  readonly attritionRate: number;
  /** Listeners are numbered from the one after this. */
  readonly firstUserId: number;
  /** Behave as Eventsim does where Beatflow mends it; what that means is in docs/eventsim.md. */
  readonly eventsimCompat: boolean;
}

/** The number of parts a population is always split into; workers take whole shards. */
export const shardCount = 64;

/** Seconds of a mean Gregorian year as Eventsim counts it (365.25 days). */
export const yearSeconds = 31_557_600;

/** No time: a listener who never returns. Times are whole seconds since the window's start. */
export const never = 2 ** 31 - 1;
