import type { Variables } from '../../runtime/program/config.ts';

/** Says that a program's own default is right; a variable cannot be left out by oversight. */
export const programDefault: unique symbol = Symbol('programDefault');

/** What a stack decides about each variable of a program: its text, or {@link programDefault}. */
export type ValuesFor<V extends Variables> = { readonly [K in keyof V]: string | typeof programDefault };

/**
 * The environment of a program from the typed list of its variables: a variable that the program gains and a stack
 * does not decide about fails the compile.
 */
export function environmentFor<V extends Variables>(
  variables: V,
  values: ValuesFor<V>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([key, { env }]) => {
      const value = values[key as keyof V];
      return typeof value === 'string' ? [[env, value]] : [];
    }),
  );
}
