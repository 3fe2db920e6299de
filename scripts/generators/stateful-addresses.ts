import { readFileSync } from 'node:fs';
import { statefulTypes } from '../../constructs/policies/protected-state.ts';
import type { Synthesised } from './synthesised.ts';

/** The addresses of what holds data, `<stack>: <type>.<id>`, by environment. */
type StatefulAddresses = Readonly<Record<string, readonly string[]>>;

/** Where {@link statefulAddresses} are committed. */
export const statefulAddressesPath = '__tests__/stacks/stateful-addresses.json';

/** Whether the loss of a resource of this type is a loss of data. */
export function holdsData(type: string): boolean {
  return type === 'google_secret_manager_secret' || (statefulTypes as readonly string[]).includes(type);
}

/** The addresses as they are committed. */
export function committedAddresses(): StatefulAddresses {
  return JSON.parse(readFileSync(new URL(`../../${statefulAddressesPath}`, import.meta.url), 'utf8'));
}

/**
 * The committed addresses and those that came after them. One that is gone stays, and fails a test, until a person takes
 * it out: deploying that change destroys data.
 */
export function statefulAddresses(environments: ReadonlyMap<string, Synthesised>): StatefulAddresses {
  const committed = committedAddresses();
  return Object.fromEntries(
    [...environments].map(([name, stacks]) => {
      const known = committed[name] ?? [];
      const found = [...stacks].flatMap(([stack, { resource = {} }]) =>
        Object.entries(resource)
          .filter(([type]) => holdsData(type))
          .flatMap(([type, byId]) => Object.keys(byId).map((id) => `${stack}: ${type}.${id}`)),
      );
      return [name, [...known, ...found.filter((address) => !known.includes(address))]];
    }),
  );
}
