/** One thing wrong with an environment: what was got, what was expected, what to do. */
export interface Fault {
  /** Path in the environment's file, or the variable's name. */
  readonly at: string;
  readonly got: unknown;
  readonly expected: string;
  /** What a person does about it, where `expected` does not say it. */
  readonly todo?: string;
}

/** A fault as one line for a person. */
export function describeFault({ at, got, expected, todo }: Fault): string {
  const state = got === undefined || got === '' ? 'is not set' : `is ${JSON.stringify(got)}`;
  return `${at} ${state}: expected ${expected}${todo ? `. ${todo}` : ''}`;
}

/** Thrown before anything is synthesised; names every fault of the environment at once. */
export class EnvironmentError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const count = `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`;
    super(`${count} in the environment:\n${faults.map((fault) => `  ${describeFault(fault)}`).join('\n')}`);
    this.name = 'EnvironmentError';
    this.faults = faults;
  }
}
