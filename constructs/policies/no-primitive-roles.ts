import type { Policy } from './policy.ts';

export const noPrimitiveRoles: Policy = {
  id: 'no-primitive-roles',
  doc: 'Nobody is owner, editor or viewer of a whole project.',
  faults({ attributes }) {
    const { role } = attributes;
    return typeof role === 'string' && /^roles\/(owner|editor|viewer)$/.test(role)
      ? [`${role} is granted`]
      : [];
  },
};
