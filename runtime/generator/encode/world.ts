import type { StateMachine } from '../behaviour/machine.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { People } from '../people/people.ts';

/** The texts that events are made of. */
export interface World {
  readonly machine: StateMachine;
  readonly people: People;
  readonly catalogue: Catalogue;
  /** Free label of the run. */
  readonly tag: string | null;
  /** Leave out what a real Eventsim does not write. */
  readonly eventsimCompat: boolean;
}
