import type { z } from 'zod';

/** One thing wrong with a request: which parameter, what was got, what is expected. */
interface Fault {
  readonly parameter: string;
  readonly got: string | null;
  readonly expected: string;
}

/** A request that cannot be answered, as an RFC 9457 problem document. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly faults: readonly Fault[];

  constructor(status: number, code: string, detail: string, faults: readonly Fault[] = []) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.faults = faults;
  }

  /** The document's body. */
  body(): object {
    const faults = this.faults.length > 0 ? { faults: this.faults } : {};
    return { type: 'about:blank', status: this.status, code: this.code, detail: this.message, ...faults };
  }
}

const shortened = (value: unknown) => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === undefined ? null : text.length > 80 ? `${text.slice(0, 80)}…` : text;
};

/** All faults of a request's parameters at once. */
export function invalidParameters(error: z.ZodError, given: Readonly<Record<string, unknown>>): Problem {
  const faults = error.issues.flatMap((issue): Fault[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        parameter: shortened(key) ?? '',
        got: shortened(given[key]),
        expected: 'no such parameter here',
      }));
    }
    const parameter = String(issue.path[0] ?? '');
    return [{ parameter, got: shortened(given[parameter]), expected: issue.message }];
  });
  const count = `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`;
  return new Problem(400, 'invalid_parameters', `${count} in the parameters of the request`, faults);
}
