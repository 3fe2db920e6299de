import type { Policy } from './policy.ts';

export const noSecretValues: Policy = {
  id: 'no-secret-values',
  doc: 'No key and no value of a secret is in the state.',
  faults({ type }) {
    const forbidden = ['google_secret_manager_secret_version', 'google_service_account_key'];
    return forbidden.includes(type) ? [`${type} would put its value into the state`] : [];
  },
};
