import type { Policy } from './policy.ts';

export const noPublicMembers: Policy = {
  id: 'no-public-members',
  doc: 'Nothing is granted to everybody, signed in or not.',
  faults({ attributes }) {
    const members = [attributes.member, ...((attributes.members ?? []) as readonly unknown[])];
    return members
      .filter((member) => member === 'allUsers' || member === 'allAuthenticatedUsers')
      .map((member) => `${attributes.role} is granted to ${member}`);
  },
};
