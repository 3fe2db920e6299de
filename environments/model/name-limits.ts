import type { Environment } from './environment.ts';
import type { Fault } from './fault.ts';
import { accountRoles, bucketKinds, namesOf } from './names.ts';

/** Google's limits on the names that are derived here; the provider checks none of them. */
export const nameLimits = { account: 30, bucket: 63, machine: 63, cluster: 63, label: 63 } as const;

/** The faults of names that are derived from the project, the prefix and the environment's name. */
export function nameFaults(environment: Environment): readonly Fault[] {
  const faults: Fault[] = [];
  const parts = { prefix: environment.prefix, 'name of the file': environment.name };
  for (const [at, got] of Object.entries(parts)) {
    if (!/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(got)) {
      faults.push({ at, got, expected: 'lower-case letters, digits and hyphens, a letter first' });
    }
  }
  const names = namesOf(environment);
  const derived = [
    ...accountRoles.map((role) => ({
      what: 'service account',
      name: names.accountId(role),
      limit: nameLimits.account,
    })),
    ...bucketKinds.map((kind) => ({ what: 'bucket', name: names.bucket(kind), limit: nameLimits.bucket })),
  ];
  for (const kind of new Set(derived.map(({ what }) => what))) {
    const longest = derived
      .filter(({ what }) => what === kind)
      .reduce((one, other) => (other.name.length > one.name.length ? other : one));
    if (longest.name.length > longest.limit) {
      faults.push({
        at: `${kind} name`,
        got: longest.name,
        expected: `at most ${longest.limit} characters (it has ${longest.name.length})`,
        todo: 'Shorten the prefix or the name of the environment file',
      });
    }
  }
  return faults;
}
