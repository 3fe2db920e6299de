import { writeLong } from '../../contract/varint.ts';
import { type FragmentTable, type Region, writeDecimal } from './arena.ts';

/** What a step does: put the fragment of an item, write a number in one of two ways, write or copy a run. */
export const stepKinds = { put: 0, long: 1, decimal: 2, run: 3 } as const;

/** One step of writing a message. All have one shape, which keeps the loop over them fast. */
export interface Step {
  readonly kind: (typeof stepKinds)[keyof typeof stepKinds];
  /** Which of the event's numbers is meant, see `slots`. */
  readonly slot: number;
  readonly table: FragmentTable;
  readonly run: Run | undefined;
}

/** Steps that are written once and then copied, until they are to be forgotten. */
export class Run {
  readonly steps: readonly Step[];
  /** Where they were written in the arena. */
  from = 0;
  /** 0 before they were written. */
  to = 0;

  constructor(steps: readonly Step[]) {
    this.steps = steps;
  }

  forget(): void {
    this.to = 0;
  }
}

/** Writes steps into an arena. It keeps the place in a variable: through a region each step would cost more. */
export class StepWriter {
  #bytes: Uint8Array = new Uint8Array(0);
  #values: Float64Array = new Float64Array(0);

  /** Writes what the steps make of the event whose numbers are `values`. The region must have room. */
  write(steps: readonly Step[], values: Float64Array, region: Region): void {
    this.#bytes = region.bytes;
    this.#values = values;
    region.at = this.#steps(steps, region.at);
  }

  #steps(steps: readonly Step[], start: number): number {
    const bytes = this.#bytes;
    const values = this.#values;
    let at = start;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step;
      const { kind } = step;
      if (kind === stepKinds.put) {
        const { table } = step;
        const index = (values[step.slot] as number) | 0;
        const from = table[index] as number;
        const to = table[index + 1] as number;
        bytes.copyWithin(at, from, to);
        at += to - from;
      } else if (kind === stepKinds.run) {
        const run = step.run as Run;
        if (run.to > 0) {
          bytes.copyWithin(at, run.from, run.to);
          at += run.to - run.from;
        } else {
          run.from = at;
          at = this.#steps(run.steps, at);
          run.to = at;
        }
      } else if (kind === stepKinds.long) at = writeLong(bytes, at, values[step.slot] as number);
      else at = writeDecimal(bytes, at, values[step.slot] as number);
    }
    return at;
  }
}
