import type { Policy } from './policy.ts';

export const additiveIam: Policy = {
  id: 'additive-iam',
  doc: 'Grants add to what a project has; bindings and policies would take away what others granted.',
  faults({ type }) {
    return /_iam_(binding|policy)$/.test(type) ? [`${type} replaces the grants of others`] : [];
  },
};
