import { z } from 'zod';
import { SetupError } from './errors.ts';

/** One environment variable of a program: its name, meaning, and how its text becomes a value. */
interface Variable<Name extends string = string, T = unknown> {
  readonly env: Name;
  readonly doc: string;
  /** Turns the variable's text into its value; a variable that may be unset has a default in its schema. */
  readonly schema: z.ZodType<T, string | undefined>;
}

/** The variables of a program by the name its code uses. */
export type Variables = Readonly<Record<string, Variable>>;

/** The configuration a program gets from its variables. */
export type ConfigOf<V extends Variables> = {
  readonly [K in keyof V]: V[K] extends Variable<string, infer T> ? T : never;
};

/** Declares a variable. */
export function variable<const Name extends string, T>(
  env: Name,
  doc: string,
  schema: z.ZodType<T, string | undefined>,
): Variable<Name, T> {
  return { env, doc, schema };
}

/** Schemas for the texts that environment variables hold. */
export const text = {
  /** Any text that is not empty. */
  nonEmpty: () => z.string().min(1),
  /** A comma-separated list with at least one entry, spaces trimmed. */
  list: () =>
    z
      .string()
      .transform((value) =>
        value
          .split(',')
          .map((entry) => entry.trim())
          .filter((entry) => entry.length > 0),
      )
      .refine((entries) => entries.length > 0, 'expected a comma-separated list with at least one entry'),
  /** A whole number within bounds. */
  integer: ({ min, max }: { min: number; max: number }) =>
    z
      .string()
      .regex(/^-?\d+$/, `expected a whole number from ${min} to ${max}`)
      .transform(Number)
      .refine((value) => value >= min && value <= max, `expected a whole number from ${min} to ${max}`),
  /** A decimal number within bounds. */
  number: ({ min, max }: { min: number; max: number }) =>
    z
      .string()
      .refine((value) => value.trim() !== '' && Number.isFinite(Number(value)), 'expected a number')
      .transform(Number)
      .refine((value) => value >= min && value <= max, `expected a number from ${min} to ${max}`),
  /** An instant in ISO 8601 with a zone, as milliseconds since the epoch. */
  instant: () =>
    z.iso
      .datetime({
        offset: true,
        error: 'expected an ISO 8601 time with a zone, such as 2026-11-20T00:00:00Z',
      })
      .transform((value) => Date.parse(value)),
};

/**
 * Reads a program's variables from an environment.
 * @throws SetupError naming every fault at once: the variable, what was got and what was expected.
 */
export function readConfig<V extends Variables>(
  variables: V,
  environment: Readonly<Record<string, string | undefined>>,
): ConfigOf<V> {
  const faults: string[] = [];
  const config: Record<string, unknown> = {};
  for (const [key, { env, doc, schema }] of Object.entries(variables)) {
    const got = environment[env] === '' ? undefined : environment[env];
    const parsed = schema.safeParse(got);
    if (parsed.success) {
      config[key] = parsed.data;
    } else {
      const expected = parsed.error.issues.map((issue) => issue.message).join('; ');
      faults.push(
        got === undefined
          ? `${env} is not set: ${doc}`
          : `${env} is ${JSON.stringify(got)}: ${expected}. ${doc}`,
      );
    }
  }
  if (faults.length > 0) {
    throw new SetupError(
      'configuration',
      `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} in the configuration:\n  ${faults.join('\n  ')}`,
    );
  }
  return config as ConfigOf<V>;
}

/** The help text of a program's variables, one line each. */
export function describeVariables(variables: Variables): string {
  const width = Math.max(...Object.values(variables).map(({ env }) => env.length));
  return Object.values(variables)
    .map(({ env, doc, schema }) => {
      const fallback = schema.safeParse(undefined);
      const note = fallback.success
        ? fallback.data === undefined
          ? ' (optional)'
          : ` (default ${String(fallback.data)})`
        : ' (required)';
      return `  ${env.padEnd(width)}  ${doc}${note}`;
    })
    .join('\n');
}
