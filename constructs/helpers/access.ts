/** A condition on a grant, in Google's Common Expression Language. */
interface GrantCondition {
  readonly title: string;
  readonly expression: string;
}

/** One role for one member on the entity that the grant belongs to. */
export interface Grant {
  readonly role: string;
  /** For example `serviceAccount:name@project.iam.gserviceaccount.com`. */
  readonly member: string;
  /** @default the grant holds always */
  readonly condition?: GrantCondition;
}

/**
 * The construct id of a grant: stable under reordering, unique per role, member and condition, and equal in all
 * environments, whose names are a prefix of their accounts' names.
 */
export function grantId({ role, member, condition }: Grant): string {
  const account = /^serviceAccount:(?:.*-)?([^-@]+)@/.exec(member)?.[1];
  const parts = [role.replace(/^roles\//, ''), account ?? member, ...(condition ? [condition.title] : [])];
  return parts.join('-').replaceAll(/[^A-Za-z0-9_-]+/g, '_');
}
